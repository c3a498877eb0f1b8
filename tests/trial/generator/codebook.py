"""The code books of the SPSS files: labels, value labels, user-missing values, formats."""

from __future__ import annotations

from dataclasses import dataclass, field

CENTRES: dict[int | float, str] = {
    1: "Centre 01 第一中心",
    2: "Centre 02 第二中心",
    3: "Centre 03 第三中心",
    4: "Centre 04 第四中心",
    5: "Centre 05 第五中心",
    6: "Centre 06 第六中心",
    7: "Centre 07 第七中心",
}
YES_NO: dict[int | float, str] = {0: "No", 1: "Yes"}
DATE = "EDATE10"


@dataclass(frozen=True)
class Column:
    """One variable: its label, SPSS format, value labels, user-missing values and padding.

    `lead` and `width` pad a text with blanks on the left and on the right.
    """

    label: str
    format: str
    values: dict[int | float, str] = field(default_factory=dict)
    missing: tuple[int, ...] = ()
    lead: int = 0
    width: int = 0

    @property
    def is_text(self) -> bool:
        return self.format.startswith("A")

    @property
    def is_date(self) -> bool:
        return self.format == DATE


@dataclass(frozen=True)
class Form:
    """One SPSS file: its label and its variables in order."""

    label: str
    columns: dict[str, Column]


def subject(lead: int = 0, width: int = 0) -> Column:
    """The subject identifier; some files pad it."""
    return Column("Subject identifier (centre-number) 受试者编号", "A12", lead=lead, width=width)


SCREENING = Form(
    "Screening log 筛选登记表",
    {
        "SCRNO": Column("Screening number", "A8"),
        "SITE": Column("Centre", "F2.0", CENTRES),
        "SCRDAT": Column("Date of screening", DATE),
        "CONSDAT": Column("Date of informed consent", DATE),
        "ELIG": Column("Eligible and randomised", "F1.0", YES_NO),
        "EXCLRSN": Column(
            "Reason not randomised",
            "F1.0",
            {1: "Not meeting inclusion criteria", 2: "Declined to participate"},
        ),
        "SUBJID": subject(),
        "PLTSCR": Column("Platelet count at screening (10^9/L)", "F4.0"),
    },
)

DEMOGRAPHY = Form(
    "Demography 人口学资料",
    {
        "SUBJID": subject(width=10),
        "SITE": Column("Centre", "F2.0", CENTRES),
        "GRP": Column("Group as recorded by the centre", "F1.0", {1: "ATRA + LD-RTX", 2: "LD-RTX"}),
        "ENRDAT": Column("Date of enrolment (start of treatment)", DATE),
        "SEX": Column("Sex", "F1.0", {1: "Male", 2: "Female"}),
        "AGE": Column("Age (years)", "F3.0"),
        "ITPDUR": Column("Months since diagnosis of ITP", "F4.0"),
        "HEIGHT": Column("Height (cm)", "F4.0", {999: "not done"}, (999,)),
        "WEIGHT": Column("Weight (kg)", "F4.0", {999: "not done"}, (999,)),
        "COMMENT": Column("Remarks 备注", "A120"),
    },
)

PRIOR_THERAPY = Form(
    "Prior treatments of ITP 既往治疗",
    {
        "SUBJID": subject(lead=1),
        "PTNO": Column("Number of the course", "F2.0"),
        "PTCODE": Column(
            "Treatment",
            "F2.0",
            {
                1: "Corticosteroids",
                2: "IVIG",
                3: "Vincristine",
                4: "rhTPO",
                5: "Cyclosporin",
                6: "Danazol",
                7: "Azathioprine",
                8: "Mycophenolate mofetil",
                9: "Splenectomy",
                10: "Herbs 中药",
            },
        ),
        "PTRESP": Column(
            "Response to it",
            "F1.0",
            {1: "No response", 2: "Response then relapse", 9: "unknown"},
            (9,),
        ),
    },
)

MAINTENANCE = Form(
    "Maintenance medication at enrolment 合并用药",
    {
        "SUBJID": subject(lead=2, width=12),
        "MMNO": Column("Number of the medication", "F2.0"),
        "MMCODE": Column(
            "Medication",
            "F1.0",
            {
                1: "Corticosteroids",
                2: "Ciclosporin",
                3: "Danazol",
                4: "Azathioprine",
                5: "Mycophenolate mofetil",
                6: "Herbs 中药",
            },
        ),
        "MMDOSE": Column("Daily dose", "F6.0", {999: "unknown"}, (999,)),
        "MMUNIT": Column("Unit of the dose", "A16", width=12),
        "MMSTAB": Column("Dose stable over the past 4 weeks", "F1.0", YES_NO),
    },
)

VISITS = Form(
    "Visits: platelet count and bleeding 随访",
    {
        "SUBJID": subject(width=12),
        "VISWK": Column("Week of the visit", "F2.0"),
        "VISDAT": Column("Date of the visit", DATE),
        "PLT": Column(
            "Platelet count 血小板计数", "F5.0", {-9: "not done", -8: "unknown"}, (-9, -8)
        ),
        "PLTUNIT": Column("Unit of the count", "A12", lead=1, width=10),
        "WHOBL": Column(
            "WHO bleeding grade 出血评分",
            "F1.0",
            {
                0: "No bleeding",
                1: "Petechiae",
                2: "Mild blood loss",
                3: "Gross blood loss",
                4: "Debilitating blood loss",
                9: "unknown",
            },
            (9,),
        ),
        "VISCOM": Column("Comment 备注", "A160"),
    },
)

EXPOSURE = Form(
    "Treatment taken 用药记录",
    {
        "SUBJID": subject(),
        "DRUG": Column("Drug", "F1.0", {1: "Rituximab", 2: "ATRA"}),
        "DOSENO": Column("Number of the dose or period", "F2.0"),
        "EXSTDAT": Column("First day", DATE),
        "EXENDAT": Column("Last day", DATE),
        "DOSE": Column("Dose (per administration, or per day)", "F5.0"),
        "DOSEU": Column("Unit of the dose", "A8", width=8),
        "INTRUPT": Column("Period ended by an interruption", "F1.0", YES_NO),
        "INTRSN": Column(
            "Reason of the interruption",
            "F1.0",
            {1: "Count above 300 on two tests", 2: "Adverse event", 3: "Missed by patient"},
        ),
    },
)

RESCUE = Form(
    "Rescue treatment 挽救治疗",
    {
        "SUBJID": subject(lead=1, width=10),
        "RSNO": Column("Number of the rescue", "F2.0"),
        "RSDAT": Column("Date of the rescue", DATE),
        "RSTYPE": Column(
            "Kind of rescue",
            "F1.0",
            {
                1: "IVIg",
                2: "High-dose corticosteroids",
                3: "TPO-RA",
                4: "rhTPO",
                5: "Platelet transfusion",
            },
        ),
        "RSREAS": Column(
            "Reason",
            "F1.0",
            {1: "Bleeding", 2: "Count below 10", 3: "Count 10-30, physician's judgement"},
        ),
    },
)

ADVERSE_EVENTS = Form(
    "Adverse events (CTCAE 5.0) 不良事件",
    {
        "SUBJID": subject(lead=1),
        "AENO": Column("Number of the event", "F2.0"),
        "AETERM": Column("CTCAE term", "A48", width=40),
        "AEGRADE": Column(
            "CTCAE grade",
            "F1.0",
            {1: "Mild", 2: "Moderate", 3: "Severe", 4: "Life-threatening", 5: "Death"},
        ),
        "AESTDAT": Column("First day", DATE),
        "AEENDAT": Column("Last day (empty: ongoing)", DATE),
        "AEREL": Column(
            "Related to treatment",
            "F1.0",
            {0: "Not related", 1: "Possible", 2: "Probable", 9: "unknown"},
            (9,),
        ),
        "AEACN": Column(
            "Action taken with treatment",
            "F1.0",
            {0: "None", 1: "Interrupted", 2: "Withdrawn permanently"},
        ),
        "AESER": Column("Serious", "F1.0", YES_NO),
        "AEOUT": Column(
            "Outcome",
            "F1.0",
            {1: "Recovered", 2: "Recovering", 3: "Not recovered", 5: "Fatal", 9: "unknown"},
            (9,),
        ),
    },
)

DISPOSITION = Form(
    "End of treatment 治疗结束",
    {
        "SUBJID": subject(),
        "DSSTAT": Column(
            "How treatment ended",
            "F1.0",
            {1: "Completed treatment", 2: "Discontinued treatment"},
        ),
        "DSREAS": Column(
            "Reason of discontinuation",
            "F1.0",
            {1: "Adverse event", 2: "Other intervention", 3: "Lost to follow-up", 4: "Death"},
        ),
        "DSDAT": Column("Date treatment was completed or discontinued", DATE),
        "DSWK": Column("Week of withdrawal", "F2.0"),
        "DTHDAT": Column("Date of death", DATE),
        "DTHCAUS": Column("Cause of death 死亡原因", "A80"),
        "LASTDAT": Column("Date of last contact", DATE),
    },
)

FORMS = {
    "screening.sav": SCREENING,
    "demography.sav": DEMOGRAPHY,
    "prior_therapy.sav": PRIOR_THERAPY,
    "maintenance.sav": MAINTENANCE,
    "visits.sav": VISITS,
    "exposure.sav": EXPOSURE,
    "rescue.sav": RESCUE,
    "adverse_events.sav": ADVERSE_EVENTS,
    "disposition.sav": DISPOSITION,
}
