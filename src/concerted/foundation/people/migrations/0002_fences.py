"""Records, files and keys are fenced by agency, section and officer; unannounced writes to them are recorded."""

from django.db import migrations

from concerted.foundation.access.sql import fenced, interest_in_section
from concerted.foundation.audit.sql import audited

OWN = "agency_id = concerted_agency()"
OWNER = "owner_id = concerted_agency()"


def _identity(id_column: str) -> str:
    return interest_in_section("people.person", id_column, "identity")


def _not_set_aside(id_column: str) -> str:
    return (
        f"NOT EXISTS (SELECT 1 FROM people_exclusion x WHERE x.person_id = {id_column}"
        " AND x.officer_id = concerted_officer() AND x.since <= concerted_now()"
        " AND (x.until IS NULL OR x.until > concerted_now()))"
    )


PERSON_SEEN = f"({OWN} OR {_identity('people_person.id')}) AND {_not_set_aside('people_person.id')}"
ATTRIBUTE_SEEN = f"({OWNER} OR {_identity('people_attribute.person_id')}) AND {_not_set_aside('people_attribute.person_id')}"
FILE_SEEN = (
    "keeper = concerted_agency() OR EXISTS (SELECT 1 FROM access_interest i"
    " WHERE i.agency_id = concerted_agency() AND i.subject_kind = vault_storedfile.holder_kind"
    " AND i.subject_id = vault_storedfile.holder_id AND i.sections ? vault_storedfile.section"
    " AND (i.granted_by_id = vault_storedfile.keeper OR i.basis = 'break_glass')"
    " AND i.since <= concerted_now() AND (i.until IS NULL OR i.until > concerted_now()))"
)

FENCES = [
    fenced("people_person", see=PERSON_SEEN, write=f"{OWN} AND {_not_set_aside('people_person.id')}"),
    fenced("people_attribute", see=ATTRIBUTE_SEEN, write=f"{OWN} AND {ATTRIBUTE_SEEN}"),
    fenced("people_choice", see=OWN),
    fenced("people_searchmark", see=OWN),
    fenced("people_exclusion", see=f"{OWN} OR officer_id = concerted_officer()", write=OWN),
    fenced("people_legalhold", see=f"{OWN} OR {OWNER}", write=OWN),
    fenced("people_erasurerequest", see=OWN),
    fenced("vault_storedfile", see=FILE_SEEN, write="keeper = concerted_agency()"),
    fenced("vault_subjectkey", see="concerted_agency() IS NOT NULL"),
]


class Migration(migrations.Migration):
    dependencies = [
        ("people", "0001_initial"),
        ("vault", "0001_initial"),
        ("access", "0005_secret_interests"),
    ]

    operations = [
        *FENCES,
        audited(
            "people_person",
            "people_attribute",
            "people_choice",
            "people_exclusion",
            "people_legalhold",
            "people_erasurerequest",
            "vault_storedfile",
            "vault_subjectkey",
        ),
    ]
