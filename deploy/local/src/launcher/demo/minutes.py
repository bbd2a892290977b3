"""The minutes of a meeting as a real PDF, with a marker in it that must be found nowhere else."""

from dataclasses import dataclass

from fpdf import FPDF

_AGENDA = (
    "1. Present: the chair, the vice-chair, the secretary, nine members, two officers of the ward team.",
    "2. Priorities of the last quarter: e-scooters on the towpath, lighting behind the market, burglaries in flats.",
    "3. The ward team reported 14 patrols on the towpath and four scooters seized.",
    "4. Agreed: lighting stays a priority; the secretary writes to the council before the next meeting.",
    "5. Next meeting: the second Tuesday of the month, 19:00, at the community centre.",
)


@dataclass(frozen=True, slots=True)
class Minutes:
    """A PDF, its file name, and the words that are looked for afterwards."""

    name: str
    content: bytes
    marker: str


def write_minutes(run: str) -> Minutes:
    """One page of minutes. The page is not compressed, so that the marker really stands in the file."""
    marker = f"confidential-matter-{run}"
    pdf = FPDF()
    pdf.set_compression(False)
    pdf.add_page()
    pdf.set_font("helvetica", size=16)
    pdf.cell(text="Ward Panel: minutes of the meeting", new_x="LMARGIN", new_y="NEXT")
    pdf.set_font("helvetica", size=11)
    for line in (*_AGENDA, f"6. Not for circulation: {marker}"):
        pdf.multi_cell(w=0, text=line, new_x="LMARGIN", new_y="NEXT")
    content = bytes(pdf.output())
    if marker.encode() not in content:
        raise AssertionError("the marker must stand in the PDF, or looking for it elsewhere proves nothing")
    return Minutes(f"minutes-{run}-panel.pdf", content, marker)
