"""Which published figures may stand beside an estimate, by the words of the register; it reads none."""

#: The geography of the register's rows that are about the whole nation.
COUNTRY = "China"

#: Persons or cases that somebody counted.
COUNTED = frozenset(
    {
        "cases of women and children sold reported to police per year, low",
        "cases of women and children sold reported to police per year, high",
        "women and children rescued",
        "children rescued",
        "women rescued",
        "trafficking cases filed (women and children)",
        "court cases of trafficking in women and children",
        "court cases of trafficking in women and children handled",
        "child trafficking crimes",
        "persons found guilty of trafficking",
        "women and children rescued in a nine-month campaign",
        "trafficking cases investigated",
    }
)

#: Victims, seen and hidden, as somebody else estimated them.
ESTIMATED = frozenset(
    {"estimated trafficking victims per year, low", "estimated trafficking victims per year, high"}
)
