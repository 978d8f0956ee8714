"""Runs a network that oracle_export wrote in Brian 2 and compares spike by spike: compare_with_brian.py EXPORT MODEL."""
import subprocess
import sys
import tempfile
import warnings

warnings.filterwarnings("ignore", category=FutureWarning)

try:
    import numpy as np
    import brian2 as b
except ImportError as e:
    print(f"skipped: {e} (Debian: apt-get install python3-brian)")
    sys.exit(77)


def read(folder, name):
    return np.loadtxt(f"{folder}/{name}.csv", delimiter=",", ndmin=2)


def spikes_of_brian(folder, model, n_steps):
    """Steps and neurons. Rest lasts one step longer in Brian's words: it counts from the step of the spike."""
    initial, noise, synapses = read(folder, "initial")[:, 0], read(folder, "noise"), read(folder, "synapses")
    n = len(initial)
    b.prefs.codegen.target = "numpy"
    b.defaultclock.dt = 0.1 * b.ms
    table = np.zeros((n_steps, n))
    table[noise[:, 0].astype(int), noise[:, 1].astype(int)] = noise[:, 2]
    arriving = b.TimedArray(table, dt=0.1 * b.ms)
    source, target, weight, delay = synapses.T
    if model == "lif":
        equations = """dv/dt = (exc + inh + 3 - v) / (20*ms) : 1 (unless refractory)
                       dexc/dt = -exc / (5*ms) : 1
                       dinh/dt = -inh / (3*ms) : 1"""
        reset, noise_code = "v = 5", "exc += arriving(t, i)"
    else:  # potentials jump before the threshold is looked at, hence the order of things and the delay
        equations = "dv/dt = (2 - v) / (20*ms) : 1 (unless refractory)"
        reset, noise_code = "v = 10", "v += arriving(t, i) * int(not_refractory)"
        delay = delay - 1
    neurons = b.NeuronGroup(n, equations, method="exact", threshold="v >= 20", reset=reset, refractory=2.1 * b.ms)
    neurons.v = initial
    neurons.run_regularly(noise_code, when="synapses", order=-1)
    groups = []
    for sign, port in ((1, "exc"), (-1, "inh")):
        chosen = weight * sign > 0
        if not chosen.any():
            continue
        on_pre = f"{port}_post += w" if model == "lif" else "v_post += w * int(not_refractory_post)"
        s = b.Synapses(neurons, neurons, "w : 1", on_pre=on_pre)
        s.connect(i=source[chosen].astype(int), j=target[chosen].astype(int))
        s.w = weight[chosen]
        s.delay = delay[chosen] * 0.1 * b.ms
        groups.append(s)
    monitor = b.SpikeMonitor(neurons)
    net = b.Network(neurons, monitor, *groups)
    if model != "lif":
        net.schedule = ["start", "groups", "synapses", "thresholds", "resets", "end"]
    net.run(n_steps * 0.1 * b.ms, namespace={"arriving": arriving, "ms": b.ms})
    return np.stack([np.rint(np.asarray(monitor.t) / 1e-4).astype(int), np.asarray(monitor.i)], axis=1)


def main(export, model):
    with tempfile.TemporaryDirectory() as folder:
        subprocess.run([export, model, folder], check=True)
        ours = {tuple(x) for x in read(folder, "spikes").astype(int).tolist()}
        theirs = {tuple(x) for x in spikes_of_brian(folder, model, 2500).tolist()}
    print(f"{model}: {len(ours)} spikes in 250 ms, {len(theirs)} in Brian {b.__version__}, {len(ours & theirs)} the same")
    if ours != theirs:
        print("first difference (step, neuron):", min(ours ^ theirs))
    return 0 if ours == theirs and len(ours) > 500 else 1


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
