"""After all that is done about a case - forms, lists, package, export, jobs, backup - no byte tells who it is about."""

from __future__ import annotations

import logging
import os
import secrets
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, fields
from datetime import timedelta
from pathlib import Path
from typing import Any

import psycopg
import pytest
from django.test import Client
from tests.attack.canary_scan import everything_written, scan, tables_in_clear
from tests.attack.walking import BACKEND
from tests.builders import CaseWorld, build_case_world
from tests.faults.backup_world import Machine
from tests.foundation.people.test_erasure import picture
from tests.mechanism.cases.woman import consent_to, open_case, referral_to

from concerted.config import postgres
from concerted.config.places import ROOT, VAR
from concerted.foundation.people import acts as people
from concerted.foundation.people.births import born_on
from concerted.foundation.people.values import Description, Document, Name, Origin, Statement
from concerted.interfaces.exchange.case_store import export_htcds
from concerted.interfaces.exchange.outside import make_package
from concerted.interfaces.exchange.tables import Format
from concerted.mechanism.cases.acts import (
    assistance,
    clocks,
    consents,
    entitlements,
    files,
    glass,
    messages,
    officers,
    referrals,
    reports,
    screenings,
    transfers,
    working,
)
from concerted.mechanism.cases.acts.documents import attach_file
from concerted.mechanism.cases.models import Case
from concerted.mechanism.cases.sections import WRITTEN


def _chinese(length: int) -> str:
    return "".join(chr(0x4E00 + secrets.randbelow(0x5000)) for _sign in range(length))


def _figures(length: int) -> str:
    return str(secrets.randbelow(9 * 10 ** (length - 1)) + 10 ** (length - 1))


@dataclass(frozen=True)
class Words:
    """What would tell who she is, where she is, or what was done to her; no word of it stands anywhere else."""

    name: str
    reporter: str
    outsider: str
    listed: str
    phone: str
    card: str
    address: str
    story: str
    latin: str

    @classmethod
    def drawn(cls) -> Words:
        latin = f"Zq{secrets.token_hex(6)} Street"
        texts = (_chinese(n) for n in (4, 4, 5, 4))
        return cls(*texts, _figures(11), f"53{_figures(16)}", _chinese(8), _chinese(14), latin)

    @property
    def all(self) -> list[str]:
        return [getattr(self, each.name) for each in fields(self)]

    @property
    def said(self) -> str:
        """A sentence with everything in it."""
        return "，".join(self.all)


@contextmanager
def _logged_to(path: Path) -> Iterator[None]:
    """Everything that any part of the program logs, down to the smallest, goes into this file."""
    handler, root = logging.FileHandler(path), logging.getLogger()
    level = root.level
    root.addHandler(handler)
    root.setLevel(logging.DEBUG)
    try:
        yield
    finally:
        root.setLevel(level)
        root.removeHandler(handler)
        handler.close()


@pytest.mark.django_db(transaction=True)
def test_no_byte_kept_here_tells_who_a_case_is_about(
    settings: Any,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    database_name: str,
    database_server: postgres.Server,
    owner_connection: psycopg.Connection,
) -> None:
    kept, brought = tmp_path / "kept", tmp_path / "brought"
    for folder in (kept / "temp", kept / "logs", brought):
        folder.mkdir(parents=True)
    monkeypatch.setattr(tempfile, "tempdir", str(kept / "temp"))
    settings.VAULT_FILES, settings.VAULT_LEDGER = kept / "vault-files", kept / "erased.jsonl"
    settings.STORAGES = settings.STORAGES | {
        "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"}
    }
    machine = Machine(database_name, kept, {"TMPDIR": str(kept / "temp"), "CONCERTED_LOG_LEVEL": "DEBUG"})
    words, world = Words.drawn(), build_case_world()
    with _logged_to(kept / "logs" / "web.log"):
        case = _everything_is_done(world, words)
        _seen_on_pages(world, words, case)
        _taken_out(world, words, case, kept)
    _by_commands(world, words, machine, brought)
    assert tables_in_clear(owner_connection, words.all) == []
    places = everything_written(database_server, kept, VAR / "mail")
    found = {(where, str(find)) for where, paths in places.items() for find in scan(paths, words.all)}
    assert found == set()
    assert scan([brought], words.all), "the scan finds them in the list that was brought along"


def _everything_is_done(world: CaseWorld, words: Words) -> Case:
    """Every act that takes words takes all of them."""
    police, station, at, said = world.worker(world.police), world.worker(world.station), world.at, words.said
    on: dict[str, Any] = {"officer": police, "at": at}
    report = reports.take_report(
        **on,
        channel="family",
        narrative=said,
        reporter={"name": words.reporter, "contact": words.phone, "relation": said},
        safe_contact={"how": said, "never": said, "code_word": words.story},
    )
    case = open_case(world, report=report)
    about: dict[str, Any] = {**on, "case": case}
    stated = [
        *(
            Name(words.name),
            Name(words.latin),
            Document(words.card, as_written=True),
            Origin(place_text=words.address),
        ),
        *(Description(words.story), born_on(1985, 5, 6)),
    ]
    person = people.record_person(**on, statements=[Statement(value) for value in stated])
    people.add_photograph(**on, person=person, content=picture(), caption=said)
    files.link_person(**about, person=person, role="victim")
    for kind in WRITTEN:
        texts = {field.key: said for field in kind.fields if field.kind in ("text", "long_text")}
        carried = 1 if kind.key == "contact" else None  # what the report said of it stands there
        files.write_section(**about, section=kind.key, values=texts, row_version=carried)
    files.write_note(**about, text=said)
    for section in ("legal", "contact"):
        attach_file(
            **about,
            section=section,
            kind="letter",
            title=said,
            content=said.encode(),
            name=f"{said}.txt",
            note=said,
        )
    screenings.record_screening(
        **about,
        indicator_set="ilo",
        set_version="1",
        answers={"a": "yes"},
        result={},
        screener_role="police",
        source_of_identification="police_operation",
        note=said,
    )
    _shared(world, words, case)
    assistance.assess(**about, kind="needs", findings=said, wishes=said)
    plan = assistance.write_plan(**about, summary=said, goals={1: said})
    service = assistance.plan_service(**about, kind="legal_aid", plan=plan, need=said)
    assistance.record_service(
        **on, service=service, row_version=1, state="done", on=at.date(), outcome="achieved", note=said
    )
    messages.send_message(**about, to=[world.station], text=said)
    messages.send_message(officer=station, at=at, case=case, to=[world.police], text=said)
    working.save_draft(**on, form="report", values={"narrative": said})
    clocks.record_event(**about, event="child_placed")
    return case


def _shared(world: CaseWorld, words: Words, case: Case) -> None:
    police, at, said = world.worker(world.police), world.at, words.said
    referral = referral_to(world, case, world.station, reason=said)
    station: dict[str, Any] = {"officer": world.worker(world.station), "at": at, "referral": referral}
    referrals.return_referral(**station, question=said)
    referrals.complete_information(officer=police, at=at, referral=referral, information=said)
    referrals.accept_referral(**station)
    transfers.offer_lead(officer=police, at=at, case=case, to_agency=world.home, reason=said)
    glass.break_glass(
        officer=world.duty(world.federation),
        at=at,
        number=case.number,
        reason=said,
        sections=["contact", "health"],
        second_factor_at=at,
    )
    officers.declare_conflict(
        officer=world.supervisor(world.police),
        at=at,
        case=case,
        related=world.new_officer(world.police, "case_worker"),
        reason=said,
    )
    consent_to(world, case, world.hospital, witness=said)


def _seen_on_pages(world: CaseWorld, words: Words, case: Case) -> None:
    """Forms that are kept, forms that come back with a fault, searches, and pages that show all of it."""
    client = Client(raise_request_exception=False)
    worker = world.worker(world.police)
    client.force_login(worker, backend=BACKEND)
    form = {"channel": "family", "urgency": "routine", "place_code": "530000", "narrative": words.said}
    assert client.post("/cases/reports/take/", form).status_code == 302
    again = client.post("/cases/reports/take/", {**form, "channel": "none", "name": words.name})
    assert words.name in again.content.decode(), "the form comes back as it was typed"
    assert client.post(f"/cases/{case.pk}/note/", {"text": words.said}).status_code == 302
    for address in (f"/cases/{case.pk}/", f"/cases/{case.pk}/print/", f"/cases/{case.pk}/section/contact/"):
        client.get(address)
    for asked in ("/search/", "/cases/list/", "/cases/reports/", "/cases/services/"):
        client.get(asked, {"q": words.name})
    client.post("/tell/", {"narrative": words.said, "place_code": "530000"})


def _taken_out(world: CaseWorld, words: Words, case: Case, kept: Path) -> None:
    """A sealed package, a letter and an export: they leave, and nothing of them stays."""
    police, at = world.worker(world.police), world.at
    outside = {"name": words.outsider, "body": words.latin, "country": "CN", "contact": words.phone}
    sections, until = ["identity", "contact", "health"], at + timedelta(days=60)
    common: dict[str, Any] = {
        "officer": police,
        "at": at,
        "case": case,
        "outside": outside,
        "sections": sections,
    }
    agreed = consents.take_consent(**common, giver="self", purpose="legal_aid", until=until, language="zh")
    draft = referrals.draft_referral(
        **common, service="legal_aid", reason=words.said, purpose="legal_aid", consent=agreed, until=until
    )
    sent = referrals.send_referral(officer=police, at=at, referral=draft)
    package = make_package(
        officer=police,
        at=at,
        referral=sent,
        channel="telephone",
        language="zh",
        acknowledge_at="here",
        note=words.said,
    )
    (kept / "package.zip").write_bytes(package.data)
    told, count = export_htcds(officer=police, at=at, numbers=[case.number], why="tests", format=Format.CSV)
    assert count == 1 and words.name in told.decode()
    supervisor: dict[str, Any] = {"officer": world.supervisor(world.police), "at": at}
    asked = entitlements.request_entitlement(officer=police, at=at, case=case, kind="relief", note=words.said)
    entitlements.grant_entitlement(**supervisor, entitlement=asked, since=at.date(), until=None)
    entitlements.issue_letter(**supervisor, entitlement=asked)


def _by_commands(world: CaseWorld, words: Words, machine: Machine, brought: Path) -> None:
    """A list is imported, a faulty one refused, the worker of the jobs does all there is, and a backup is made."""
    worker = world.worker(world.police).username
    head, line = "编号,姓名,性别,出生日期,电话,备注\n", f"{words.listed},女,1990,{words.phone},{words.said}\n"
    (brought / "list.csv").write_text(f"{head}L-1,{line}", encoding="utf-8")
    (brought / "faulty.csv").write_text(f"{head}L-2,{line.replace('女', '雌')}", encoding="utf-8")
    _kept_words(machine, "cases", "import", brought / "list.csv", "--as", worker)
    _kept_words(machine, "cases", "import", brought / "faulty.csv", "--as", worker, expected=2)
    command = [sys.executable, "-m", "django", "procrastinate", "worker", "--one-shot"]
    done = subprocess.run(command, cwd=ROOT, env=machine.environment, capture_output=True, check=False)
    (machine.folder / "logs" / "worker.log").write_bytes(done.stdout + done.stderr)
    assert done.returncode == 0, done.stderr.decode()
    machine.told("backup", machine.folder / "copies" / "one.backup")


def _kept_words(machine: Machine, *command: str | Path, expected: int = 0) -> None:
    done = machine.run(*command)
    assert done.returncode == expected, done.stderr
    (machine.folder / "logs" / f"command-{os.urandom(4).hex()}.log").write_text(done.stdout + done.stderr)
