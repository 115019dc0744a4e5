"""Every value that the system stores has a label in the code lists, in both languages."""

import pytest

from concerted.foundation.agencies.models import Agency, Place, Post
from concerted.foundation.obligations.models import State
from concerted.foundation.people.models import Attribute, ErasureRequest, LegalHold, Person
from concerted.foundation.people.values import DocumentKind, NameKind, Script, Sex
from concerted.interfaces.exchange.reference import read_code_lists
from concerted.mechanism.plan.models.alignment import Alignment
from concerted.mechanism.plan.models.indicator import Indicator, ReportingPeriod
from concerted.mechanism.plan.models.reporting import Report

LABELLED = {found.key: {record.code for record in found.codes} for found in read_code_lists()}


@pytest.mark.parametrize(
    ("key", "stored"),
    [
        ("agency_kinds", Agency.Kind),
        ("alignment_kinds", Alignment.Kind),
        ("attribute_kinds", Attribute.What),
        ("confidence", Attribute.Confidence),
        ("document_kinds", DocumentKind),
        ("erasure_grounds", ErasureRequest.Ground),
        ("erasure_states", ErasureRequest.State),
        ("hold_grounds", LegalHold.Ground),
        ("name_kinds", NameKind),
        ("name_scripts", Script),
        ("person_kinds", Person.Kind),
        ("sexes", Sex),
        ("claimed_status", Report.Claimed),
        ("indicator_directions", Indicator.Direction),
        ("indicator_kinds", Indicator.Kind),
        ("obligation_states", State),
        ("period_kinds", ReportingPeriod.Kind),
        ("place_levels", Place.Level),
        ("post_functions", Post.Function),
        ("report_states", Report.State),
    ],
)
def test_every_value_the_system_stores_has_a_label(key: str, stored: type) -> None:
    assert {str(value.value) for value in stored} <= LABELLED[key]
