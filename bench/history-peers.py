"""Asks a peer whether series of numbers show a loss that stands: JSON on standard input and output.

Usage: history-peers.py PEER points|times. Points are of accuracy, around 70; of times more is
worse. Apache Otava 0.8 (package apache-otava) and asv 0.6 (package asv), from PyPI. Exit code 3:
the peer is not installed.
"""

import json
import sys

TIMES = sys.argv[2] == "times"
# A smaller change is no loss to anybody, as a share.
LEAST = 0.1 if TIMES else 0.5 / 70


def is_loss(before, last):
    return last >= before * (1 + LEAST) if TIMES else before - last >= LEAST * 70


def otava(level):
    from otava.analysis import compute_change_points

    def rule(values):
        # Lists: it takes windows of arrays from the wrong place.
        try:
            found, _ = compute_change_points(
                list(values), window_len=30, max_pvalue=level, min_magnitude=LEAST
            )
        except ValueError:
            return False
        if not found:
            return False
        last = found[-1].stats.mean_2
        return any(bool(is_loss(each.stats.mean_1, last)) for each in found)

    return rule


def asv():
    from asv.step_detect import detect_regressions, detect_steps

    # A regression of asv is upwards: points are turned around.
    def rule(values):
        upwards = list(values) if TIMES else [140 - value for value in values]
        _, _, places = detect_regressions(detect_steps(upwards), threshold=LEAST)
        return bool(places)

    return rule


RULES = {"otava": lambda: otava(0.001), "otava-strict": lambda: otava(0.0001), "asv": asv}

try:
    chosen = RULES[sys.argv[1]]()
except ImportError as error:
    print(f"{sys.argv[1]} is not measured: {error}", file=sys.stderr)
    sys.exit(3)
print(json.dumps([chosen(values) for values in json.load(sys.stdin)]))
