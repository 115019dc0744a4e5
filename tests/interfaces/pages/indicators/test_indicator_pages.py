"""Officers read and enter figures on pages: values side by side, rulings with reasons, files checked before loading."""

from __future__ import annotations

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse
from tests.mechanism.plan.figures import Nation, build_nation

from concerted.foundation.access.acts import set_demonstration_clock
from concerted.foundation.agencies.models import Officer
from concerted.mechanism.plan.acts.observations import define_indicator
from concerted.mechanism.plan.models import Baseline, Observation, PlanVersion, Ruling

pytestmark = pytest.mark.django_db

YUNNAN = "530000"


@pytest.fixture
def nation() -> Nation:
    built = build_nation()
    world = built.world
    set_demonstration_clock(officer=world.machine, at=world.at, day=world.at.date(), seed=1)
    return built


def signed_in(officer: Officer) -> Client:
    client = Client()
    client.force_login(officer, backend="allauth.account.auth_backends.AuthenticationBackend")
    return client


def cell(nation: Nation, place: str = YUNNAN, indicator: str = "trained") -> str:
    return reverse("indicators:cell", args=[nation.indicators[indicator].pk, place, nation.periods[0].pk])


def read(client: Client, address: str) -> str:
    answer = client.get(address)
    assert answer.status_code == 200, answer.content.decode()[:600]
    return answer.content.decode()


def test_the_list_says_how_many_provinces_reported(nation: Nation) -> None:
    nation.enter("trained", YUNNAN, 12)
    text = read(
        signed_in(nation.world.secretariat), reverse("indicators:list") + "?plan=figures&period=2010-Q1"
    )
    assert "Officers trained" in text
    assert "of 31" in text


def test_a_nation_without_a_figure_of_its_own_shows_that_of_its_provinces(nation: Nation) -> None:
    office = nation.world.secretariat
    nation.enter("answered", "000000", numerator=1, denominator=2, by=office)
    nation.enter("answered", YUNNAN, numerator=569, denominator=837, by=office, period=1)
    page = reverse("indicators:indicator", args=[nation.indicators["answered"].pk])
    text = read(signed_in(office), f"{page}?period=2010-Q2")
    _, _, row = text.partition("In the period")
    row = row.partition("</dd>")[0]
    assert "68.0%, reported by" in row
    assert "1 of 31 places" in row
    assert "569 / 837" in row
    assert "own figure" not in row


def test_baselines_of_places_are_told_by_name_and_their_source_once(nation: Nation) -> None:
    world = nation.world
    with world.seen_by(world.secretariat):
        version = PlanVersion.objects.create(plan=nation.plan, number=1)
        for code in (YUNNAN, "430000"):
            Baseline.objects.create(
                version=version,
                indicator=nation.indicators["trained"],
                place_code=code,
                year=2007,
                value=13,
                source="the ledger of 2007",
            )
        PlanVersion.objects.filter(pk=version.pk).update(state="adopted")
    page = reverse("indicators:indicator", args=[nation.indicators["trained"].pk])
    text = read(signed_in(world.secretariat), f"{page}?period=2010-Q1")
    table = text.partition("Baselines and targets of 2 places")[2].partition("</details>")[0]
    assert "Yunnan" in table
    assert "Hunan" in table
    assert YUNNAN not in table
    assert table.count("the ledger of 2007") == 1


def test_a_long_list_is_read_page_by_page_and_loses_no_indicator(nation: Nation) -> None:
    plan = nation.indicators["trained"].plan
    for number in range(30):
        define_indicator(
            officer=nation.world.secretariat,
            at=nation.world.at,
            plan=plan,
            reporting_level="province",
            key=f"more-{number:02d}",
            name_en=f"Further figure {number:02d}",
            name_zh=f"其他数字{number:02d}",
            unit="persons",
            direction="rise",
        )
    client = signed_in(nation.world.secretariat)
    first = client.get(reverse("indicators:list") + "?plan=figures&period=2010-Q1")
    second = client.get(
        reverse("indicators:list") + f"?plan=figures&period=2010-Q1&cursor={first.context['next']}"
    )
    seen = [row.indicator.key for page in (first, second) for row in page.context["rows"]]
    assert len(first.context["rows"]) == 25
    assert seen == sorted(plan.indicators.values_list("key", flat=True))
    assert second.context["next"] is None


@pytest.mark.parametrize("asked", ["-25", "2000", "abc", "99999999999999"])
def test_a_page_that_is_not_there_shows_the_beginning(nation: Nation, asked: str) -> None:
    address = reverse("indicators:list") + f"?plan=figures&period=2010-Q1&cursor={asked}"
    answer = signed_in(nation.world.secretariat).get(address)
    assert answer.status_code == 200
    assert answer.context["rows"]


@pytest.mark.parametrize("language", ["en", "zh-hans"])
def test_every_page_is_readable_in_both_languages(nation: Nation, language: str) -> None:
    nation.enter("trained", YUNNAN, 12)
    nation.enter("trained", YUNNAN, 13, by=nation.world.focal_point)
    client = signed_in(nation.world.secretariat)
    client.cookies["django_language"] = language
    indicator = nation.indicators["trained"].pk
    for address in (
        reverse("indicators:list") + "?plan=figures",
        reverse("indicators:indicator", args=[indicator]) + "?period=2010-Q1",
        reverse("indicators:missing", args=[indicator]) + "?period=2010-Q1",
        reverse("indicators:conflicts", args=["figures"]),
        reverse("indicators:load", args=["figures"]),
        reverse("indicators:statistics"),
        cell(nation),
    ):
        assert "<h1>" in read(client, address)


def test_a_national_figure_its_provinces_contradict_is_told_and_ruled_on_where_it_stands(
    nation: Nation,
) -> None:
    nation.enter("trained", YUNNAN, 12)
    own = nation.enter("trained", "000000", 9, by=nation.world.focal_point)
    client = signed_in(nation.world.secretariat)
    said = "the own figure lies 3 below what that leaves possible"
    listed = read(client, reverse("indicators:conflicts", args=["figures"]))
    assert said in listed and "Ministry of Civil Affairs" in listed and "1 of 2 cells with a value" in listed
    assert said in read(client, reverse("indicators:indicator", args=[own.indicator_id]) + "?period=2010-Q1")
    assert said in read(client, cell(nation, "000000"))
    csv = client.get(reverse("indicators:conflicts", args=["figures"]) + "?format=csv").content.decode()
    assert "Differs from the places below together" in csv and "-3" in csv
    ruled = client.post(reverse("indicators:rule", args=[own.pk]), {"reason": "seen the list"})
    assert ruled.status_code == 302
    tile = client.get(reverse("indicators:list") + "?plan=figures&period=2010-Q1").context
    assert (tile["conflicts"], tile["cells_told"]) == (0, 2)
    assert client.get(tile["conflicts_href"]).context["total"] == tile["conflicts"]
    assert said not in read(client, cell(nation, "000000"))
    assert "Nothing waits for a ruling." in read(client, reverse("indicators:conflicts", args=["figures"]))


def test_an_officer_enters_a_figure_and_sees_it(nation: Nation) -> None:
    client = signed_in(nation.world.provincial)
    answer = client.post(cell(nation), {"value": "1,204", "qualifier": "exact"})
    assert answer.status_code == 302
    assert "1,204" in read(client, cell(nation))


def test_what_was_typed_is_kept_when_it_is_refused(nation: Nation) -> None:
    client = signed_in(nation.world.provincial)
    answer = client.post(cell(nation), {"value": "-3", "qualifier": "exact", "source_note": "the ledger"})
    assert answer.status_code == 400
    assert "the ledger" in answer.content.decode()
    assert not Observation.objects.exists()


def test_the_office_rules_with_a_reason_and_the_history_stays(nation: Nation) -> None:
    nation.enter("trained", YUNNAN, 12)
    other = nation.enter("trained", YUNNAN, 15, by=nation.world.focal_point)
    client = signed_in(nation.world.secretariat)
    client.post(reverse("indicators:rule", args=[other.pk]), {"reason": "certificates were seen"})
    assert Ruling.objects.get().observation_id == other.pk
    assert "certificates were seen" in read(client, cell(nation))


def test_a_source_corrects_its_value_and_the_old_one_stays_readable(nation: Nation) -> None:
    value = nation.enter("trained", YUNNAN, 12)
    client = signed_in(nation.world.provincial)
    read(client, reverse("indicators:correct", args=[value.pk]))
    form = {"value": "21", "qualifier": "exact", "reason": "typed the wrong way round"}
    assert client.post(reverse("indicators:correct", args=[value.pk]), form).status_code == 302
    assert "<s>12</s>" in read(client, cell(nation))


def test_a_file_is_checked_first_and_loaded_when_confirmed(nation: Nation) -> None:
    client = signed_in(nation.world.secretariat)
    address = reverse("indicators:load", args=["figures"])
    text = "indicator,place,period,value\ntrained,530000,2010-Q1,12\ntrained,430000,2010-Q1,\n"
    checked = client.post(address, {"file": SimpleUploadedFile("figures.csv", text.encode())})
    assert checked.status_code == 200
    assert not Observation.objects.exists()
    assert client.post(address, {"held": checked.context["held"]}).status_code == 302
    assert Observation.objects.get().value == 12


def test_the_faults_of_a_file_can_be_kept_as_a_list(nation: Nation) -> None:
    client = signed_in(nation.world.secretariat)
    address = reverse("indicators:load", args=["figures"])
    text = "indicator,place,period,value\ntrained,530000,2010-Q1,many\n"
    refused = client.post(address, {"file": SimpleUploadedFile("figures.csv", text.encode())})
    assert refused.status_code == 400
    kept = client.post(address, {"faults": refused.context["faults"]})
    assert "many" in kept.content.decode("utf-8-sig")


def test_tables_can_be_kept_as_files(nation: Nation) -> None:
    nation.enter("trained", YUNNAN, 12)
    client = signed_in(nation.world.secretariat)
    indicator = reverse("indicators:indicator", args=[nation.indicators["trained"].pk])
    for address in (indicator + "?period=2010-Q1&", reverse("indicators:statistics") + "?"):
        for kind in ("csv", "xlsx"):
            answer = client.get(f"{address}format={kind}")
            assert answer.status_code == 200
            assert f".{kind}" in answer["Content-Disposition"]


def test_an_absent_cell_and_an_absent_indicator_are_not_found(nation: Nation) -> None:
    client = signed_in(nation.world.secretariat)
    assert client.get(cell(nation, place="999999")).status_code == 404
    assert client.get(reverse("indicators:indicator", args=[10**9])).status_code == 404
