#!/usr/bin/env bash
# A Slurm of one node, started here as root and ended with the test, runs the job array that `encephagen run --sbatch`
# writes: two tasks, then the job that depends on them; once with all tasks, once with one of them lost.
#
#   slurm_array.sh PROGRAM FOLDER       exit status 77: skipped, with the reason
set -euo pipefail
readonly program=$1 folder=$2
skip() { echo "skipped: $*" && exit 77; }
fail() { echo "failed: $*" >&2 && exit 1; }

for command in slurmctld slurmd munged sbatch squeue scontrol; do
  [[ -x $(command -v "$command" || true) ]] || skip "there is no $command (third_party/apt.txt, section cluster)"
done
((EUID == 0)) || skip "slurmd must be started by root"
# Paths of sockets must be short.
run=$(mktemp -d /tmp/encephagen_slurm.XXXXXX)
readonly run
pids=()
cleanup() {
  for ((i = ${#pids[@]} - 1; i >= 0; --i)); do kill "${pids[i]}" 2>/dev/null || true; done
  for pid in "${pids[@]}"; do wait "$pid" 2>/dev/null || true; done
  rm -rf "$run"
}
trap cleanup EXIT

# ---- Slurm without systemd, accounting and containers ----------------------------------------------------------------
chmod 755 "$run"
mkdir -p "$run/state" "$run/spool"
(umask 077 && head -c 1024 /dev/urandom >"$run/munge.key")
munged --foreground --force --key-file="$run/munge.key" --socket="$run/munge.socket" --pid-file="$run/munged.pid" \
  --seed-file="$run/munge.seed" --log-file="$run/munged.log" --num-threads=2 >"$run/munged.out" 2>&1 &
pids+=($!)
readonly node=localhost
# free_port FROM: the first from there on at which nobody listens.
free_port() {
  local candidate=$1
  while (exec 3<>"/dev/tcp/127.0.0.1/$candidate") 2>/dev/null; do candidate=$((candidate + 1)); done
  echo "$candidate"
}
control_port=$(free_port $((20000 + RANDOM % 10000)))
node_port=$(free_port $((control_port + 1)))
cat >"$run/slurm.conf" <<TEXT
ClusterName=test
SlurmctldHost=$node(127.0.0.1)
SlurmUser=root
SlurmctldPort=$control_port
SlurmdPort=$node_port
AuthType=auth/munge
AuthInfo=socket=$run/munge.socket
CredType=cred/munge
StateSaveLocation=$run/state
SlurmdSpoolDir=$run/spool
SlurmctldPidFile=$run/slurmctld.pid
SlurmdPidFile=$run/slurmd.pid
SlurmctldLogFile=$run/slurmctld.log
SlurmdLogFile=$run/slurmd.log
ProctrackType=proctrack/linuxproc
TaskPlugin=task/none
SelectType=select/cons_tres
SelectTypeParameters=CR_CPU
SchedulerParameters=batch_sched_delay=0,sched_min_interval=0
MpiDefault=none
ReturnToService=2
NodeName=$node NodeAddr=127.0.0.1 CPUs=$(nproc) State=UNKNOWN
PartitionName=test Nodes=$node Default=YES MaxTime=INFINITE State=UP
TEXT
export SLURM_CONF=$run/slurm.conf
slurmctld -c -D >"$run/slurmctld.out" 2>&1 &
pids+=($!)
slurmd -N "$node" -D >"$run/slurmd.out" 2>&1 &
pids+=($!)
for ((i = 0; ; ++i)); do
  [[ $(sinfo -h -o %t 2>/dev/null) == idle ]] && break
  ((i < 60)) || { tail -n 5 "$run"/*.out "$run"/*.log >&2 && fail "Slurm does not come up"; }
  sleep 0.5
done

# ---- the experiment --------------------------------------------------------------------------------------------------
rm -rf "$folder"
mkdir -p "$folder"
cat >"$folder/small.toml" <<'TEXT'
format = 1
run = { duration_ms = 100.0 }
connectome = { plugin = "core.toy20", params = { rows = "targets" } }
region.population.mass = { plugin = "core.wilson_cowan" }
[[long_range]]
from = "mass"
to = "mass"
rule = { rate_per_weight = 1.0 }
global_coupling = 0.02
[[analyzer]]
plugin = "core.variance"
TEXT
cat >"$folder/experiment.toml" <<'TEXT'
format = 1
base = "small.toml"
[[arm]]
name = "a"
replicates = 12
TEXT
"$program" run "$folder/experiment.toml" -o "$folder/whole" --quiet

# ended JOB...: waits until these jobs have left the queue.
ended() {
  for ((i = 0; i < 240; ++i)); do
    [[ -z $(squeue -h -j "$(IFS=, && echo "$*")" 2>/dev/null) ]] && return
    sleep 0.25
  done
  squeue >&2 && scontrol show job >&2
  fail "jobs $* do not end"
}
same() {
  cmp "$folder/whole/metrics.csv" "$1/metrics.csv" || fail "$1: other results than without Slurm"
}

"$program" run "$folder/experiment.toml" -o "$folder/array" --sbatch 2
job=$(sbatch --parsable "$folder/array/job.sbatch")
last=$(sbatch --parsable --dependency="afterany:$job" --array=0 "$folder/array/job.sbatch")
ended "$job" "$last"
cat "$folder"/array/log/*
same "$folder/array"
for task in 1 2; do
  grep -q "6 runs done" "$folder/array/log/${job}_$task.txt" || fail "task $task did not run its half"
done
grep -q "0 runs done, 12 reused" "$folder/array/log/${last}_0.txt" || fail "the last job had something left to do"

# The second task is lost, so only its half is missing when task 0 begins; that it is missing before shows the check.
"$program" run "$folder/experiment.toml" -o "$folder/lost" --sbatch 2
job=$(sbatch --parsable --array=1 "$folder/lost/job.sbatch")
ended "$job"
[[ ! -e $folder/lost/metrics.csv ]] || fail "half an experiment was concluded"
last=$(sbatch --parsable --array=0 "$folder/lost/job.sbatch")
ended "$last"
grep -q "6 runs done, 6 reused" "$folder/lost/log/${last}_0.txt" || fail "task 0 did not complete the rest"
same "$folder/lost"
