"""The text that Prometheus reads: families of samples, each with what it means."""

from collections.abc import Iterable, Mapping, Sequence

import msgspec

CONTENT_TYPE = "text/plain; version=0.0.4"
"""The framework adds the charset; written here too, it would stand there twice, and Prometheus would read nothing."""
_ESCAPED = str.maketrans({"\\": r"\\", "\n": r"\n", '"': r"\""})


class Sample(msgspec.Struct, frozen=True):
    """One number, told from its like by labels; ``suffix`` is for the parts of a histogram."""

    value: float
    labels: Mapping[str, str] = {}
    suffix: str = ""


class Family(msgspec.Struct, frozen=True):
    """Samples of one name. ``kind`` is counter, gauge or histogram."""

    name: str
    kind: str
    meaning: str
    samples: Sequence[Sample]


def exposition(families: Iterable[Family]) -> str:
    """Write families in the text format, version 0.0.4."""
    lines = []
    for family in families:
        lines += [f"# HELP {family.name} {family.meaning}", f"# TYPE {family.name} {family.kind}"]
        lines += [
            f"{family.name}{sample.suffix}{_labels(sample.labels)} {sample.value:.17g}"
            for sample in family.samples
        ]
    return "\n".join(lines) + "\n"


def histogram(name: str, meaning: str, bounds: Sequence[int], sizes: Mapping[int, int]) -> Family:
    """Make the histogram of how often each size occurs."""
    samples = [
        Sample(sum(count for size, count in sizes.items() if size <= bound), {"le": str(bound)}, "_bucket")
        for bound in bounds
    ]
    count = sum(sizes.values())
    samples.append(Sample(count, {"le": "+Inf"}, "_bucket"))
    samples.append(Sample(sum(size * often for size, often in sizes.items()), suffix="_sum"))
    samples.append(Sample(count, suffix="_count"))
    return Family(name, "histogram", meaning, samples)


def _labels(labels: Mapping[str, str]) -> str:
    if not labels:
        return ""
    written = ",".join(f'{name}="{value.translate(_ESCAPED)}"' for name, value in labels.items())
    return "{" + written + "}"
