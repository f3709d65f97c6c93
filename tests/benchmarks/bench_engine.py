"""Prints what the engine's own share is: from a start to its first operation, and executions per second.

Run it as `python -m tests.benchmarks.bench_engine [starts]`. Peers and limits are measured in the same run.
"""

import subprocess
import sys
import tempfile
import time
from pathlib import Path
from statistics import median, quantiles

from engine.conductor import Conductor
from engine.domain.execution import Status
from tests.benchmarks.peers import huey_rate

BLUEPRINT = Path(__file__).parents[1] / "blueprints" / "bench" / "blueprint.yaml"
DEPLOYMENTS, EXECUTIONS = 20, 200


def latencies(conductor: Conductor, mark: Path, count: int) -> list[float]:
    """Return seconds from each start to the moment in which its operation began, the engine being warm."""
    found = []
    for number in range(count):
        begin = time.monotonic()
        started = conductor.start_execution("bench-0", "begin")
        _wait_for_end(conductor, started.id)
        found.append(float(mark.read_text().split()[number]) - begin)
    return found


def _wait_for_end(conductor: Conductor, id: str) -> None:
    for _ in conductor.follow(id):
        continue


def executions_per_second(conductor: Conductor) -> float:
    """Return the rate at which queued one-operation executions of several deployments end."""
    begin = time.monotonic()
    last = [conductor.start_execution(f"bench-{n % DEPLOYMENTS}", "begin", queue=True).id for n in range(EXECUTIONS)]
    for id in last[-DEPLOYMENTS:]:
        _wait_for_end(conductor, id)
    while conductor.executions(status=[Status.QUEUED, Status.PENDING, Status.STARTED]):
        time.sleep(0.01)
    return EXECUTIONS / (time.monotonic() - begin)


def interpreters(count: int) -> float:
    """Return the median seconds that a bare interpreter takes: what an engine would pay that starts one for each."""
    taken = []
    for _ in range(count):
        begin = time.monotonic()
        subprocess.run([sys.executable, "-I", "-S", "-c", "pass"], check=True)
        taken.append(time.monotonic() - begin)
    return median(taken)


def main() -> None:
    """Measure and print."""
    starts = int(sys.argv[1]) if len(sys.argv) > 1 else 50
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        conductor = Conductor(folder / "home")
        conductor.upload_blueprint(BLUEPRINT, "bench")
        for number in range(DEPLOYMENTS):
            conductor.create_deployment("bench", f"bench-{number}", {"mark": str(folder / f"mark-{number}")})
        try:
            latencies(conductor, folder / "mark-0", 5)
            (folder / "mark-0").unlink()
            taken = latencies(conductor, folder / "mark-0", starts)
            rate = executions_per_second(conductor)
        finally:
            conductor.stop_engine()
            conductor.close()
        bare, huey = interpreters(20), huey_rate(folder, EXECUTIONS)
    p50, p99 = median(taken) * 1000, quantiles(taken, n=100)[98] * 1000
    share = p50 / bare / 1000
    print(f"start to first operation     {p50:8.1f} ms median, {p99:.1f} ms p99   {share:.2f} of a bare python")
    peer = f"   {rate / huey:5.2f} of Huey's {huey:.0f}/s" if huey else "   (Huey could not be installed)"
    print(f"one-operation executions     {rate:8.1f} /s{peer}")


if __name__ == "__main__":
    main()
