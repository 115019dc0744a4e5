"""What an officer reads on a case page are words of her own language, never a code and never another page's word."""

from __future__ import annotations

from types import SimpleNamespace

import pytest
from django.utils.translation import override
from tests.builders import CaseWorld
from tests.interfaces.pages.cases.desk import shown, worker_of
from tests.mechanism.cases.woman import open_case

from concerted.interfaces.pages.agencies.words import TIERS
from concerted.interfaces.pages.cases.templatetags.case_words import basis_of, preview_value
from concerted.interfaces.pages.cases.words import PREVIEW

pytestmark = pytest.mark.django_db


def test_a_preview_shows_a_list_of_codes_in_words_and_free_words_as_they_were_written() -> None:
    with override("zh-hans"):
        assert preview_value(["medical_care", "safety"], "needs") == "医疗救治、安全"
    assert preview_value(["西南官话"], "languages") == "西南官话"
    assert preview_value("a sister who interprets", "accompanied_by") == "a sister who interprets"


def test_what_was_given_on_a_rule_the_data_no_longer_holds_stays_readable_by_its_key() -> None:
    with override("en"):
        given = basis_of(SimpleNamespace(basis="a-rule-since-taken-out", relies_on="article 3"))
    assert given == "By law: a-rule-since-taken-out (a rule the law as data no longer holds); article 3"


def test_the_first_day_of_an_entitlement_is_not_called_by_the_word_of_a_sender(world: CaseWorld) -> None:
    with world.at_case_work(world.worker(world.police)):
        case = open_case(world)
    page = shown(worker_of(world, world.police, language="zh-hans"), "entitlement", case.pk)
    assert "起始日期" in page and "转介单位" not in page


def test_a_province_of_a_case_is_not_called_by_the_word_of_a_tier() -> None:
    with override("zh-hans"):
        assert (str(PREVIEW["province_code"]), str(TIERS["province"])) == ("省份", "省级")
