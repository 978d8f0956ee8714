"""Measures and ensembles of surrogates against networkx and igraph: compare_null_models.py EXPORT."""
import glob
import os
import random
import subprocess
import sys
import tempfile

try:
    import igraph
    import networkx as nx
    import numpy as np
except ImportError as e:
    print(f"skipped: {e} (Debian: apt-get install python3-networkx python3-igraph)")
    sys.exit(77)

ENSEMBLE = 800
LIMIT_SE = 4.5  # of the difference of two means; six of them stay below with probability 0.99996


def read_graph(path):
    return nx.from_numpy_array(np.loadtxt(path, delimiter=",").T, create_using=nx.DiGraph)


def measures(g):
    """The measures of a directed graph by networkx, the rich club by igraph."""
    degree = dict(g.degree())
    nx.set_node_attributes(g, degree, "degree")
    out = {
        "clustering": nx.average_clustering(g),
        "reciprocity": nx.overall_reciprocity(g),
        "assortativity": nx.numeric_assortativity_coefficient(g, "degree"),
        "weak_components": nx.number_weakly_connected_components(g),
    }
    for node in g:
        out[f"in_degree{node}"], out[f"out_degree{node}"] = g.in_degree(node), g.out_degree(node)
    whole = igraph.Graph(n=len(g), edges=list(g.edges()), directed=True)
    for k in range(max(degree.values())):
        hubs = [v.index for v in whole.vs if v.degree() > k]
        if len(hubs) > 1:
            out[f"rich_club{k}"] = whole.induced_subgraph(hubs).density()
    return out


def undirected_rich_club_agrees(g, ours):
    """networkx knows the rich club of undirected graphs, whose degrees are half of ours."""
    theirs = nx.rich_club_coefficient(g.to_undirected(), normalized=False)
    return all(abs(ours[f"rich_club{2 * k}"] - phi) < 1e-12 for k, phi in theirs.items() if f"rich_club{2 * k}" in ours)


def compare_graph(path):
    g = read_graph(path)
    with open(path.replace(".csv", ".measures.csv")) as f:
        ours = {name: float(value) for name, value in (line.split(",") for line in f)}
    theirs = measures(g)
    wrong = [k for k in theirs if k not in ours or abs(ours[k] - theirs[k]) > 1e-9] + sorted(ours.keys() - theirs.keys())
    if "undirected" in path and not undirected_rich_club_agrees(g, ours):
        wrong.append("rich_club of networkx")
    print(f"{os.path.basename(path)}: {len(theirs)} measures, {len(wrong)} differ")
    for k in wrong[:5]:
        print(f"  {k}: {ours.get(k)}, theirs {theirs.get(k)}")
    return not wrong


def rewired_by_igraph(g, is_directed):
    if is_directed:
        out = igraph.Graph(n=len(g), edges=list(g.edges()), directed=True)
    else:
        out = igraph.Graph(n=len(g), edges=list(g.to_undirected().edges()))
    out.rewire(n=100 * out.ecount())
    if not is_directed:
        out.to_directed("mutual")
    rewired = nx.DiGraph(out.get_edgelist())
    rewired.add_nodes_from(g)
    return rewired


def rewired_by_networkx(g, is_directed, seed):
    if is_directed:
        out = g.copy()
        nx.directed_edge_swap(out, nswap=3 * out.number_of_edges(), max_tries=10**6, seed=seed)
        return out
    out = g.to_undirected()
    nx.double_edge_swap(out, nswap=5 * out.number_of_edges(), max_tries=10**6, seed=seed)
    return out.to_directed()


def compare_ensemble(folder, name):
    g = read_graph(f"{folder}/{name}.csv")
    ours = np.loadtxt(f"{folder}/{name}.ensemble.csv", delimiter=",")
    is_directed = name == "directed"
    columns = [0, 1, 2] if is_directed else [0, 2]  # all undirected edges are mutual
    random.seed(1)
    others = {"igraph": [rewired_by_igraph(g, is_directed) for _ in range(ENSEMBLE)]}
    if not is_directed or hasattr(nx, "directed_edge_swap"):
        others["networkx"] = [rewired_by_networkx(g, is_directed, seed) for seed in range(ENSEMBLE // 4)]
    good = True
    for who, graphs in others.items():
        rows = [measures(h) for h in graphs]
        theirs = np.array([[r["clustering"], r["reciprocity"], r["assortativity"]] for r in rows])
        se = np.sqrt(ours.var(axis=0) / len(ours) + theirs.var(axis=0) / len(theirs))
        for c in columns:
            what = ("clustering", "reciprocity", "assortativity")[c]
            difference = (ours[:, c].mean() - theirs[:, c].mean()) / se[c]
            print(f"{name} {what}: {ours[:, c].mean():.5f}, {who} {theirs[:, c].mean():.5f}, {difference:+.1f} SE")
            good &= abs(difference) < LIMIT_SE
        real = measures(g)
        moved = abs(ours[:, 0].mean() - real["clustering"]) / se[0]
        print(f"{name} clustering of the real graph is {real['clustering']:.5f}: {moved:.0f} SE away")
        good &= moved > LIMIT_SE  # else this test could not fail
    return good


def main(export):
    with tempfile.TemporaryDirectory() as folder:
        subprocess.run([export, folder], check=True)
        graphs = [p for p in sorted(glob.glob(f"{folder}/*.csv")) if not p.endswith((".measures.csv", ".ensemble.csv"))]
        good = [compare_graph(p) for p in graphs]
        good += [compare_ensemble(folder, name) for name in ("directed", "undirected")]
    return 0 if len(graphs) == 8 and all(good) else 1


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
