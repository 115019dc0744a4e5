"""Screening forms and results as files and on the command line: nothing guessed, every fault told, nothing found."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from concerted.errors import Invalid
from concerted.interfaces.exchange import screening
from concerted.methods.law import Answer, screen

SET = screening.load_indicator_set()


def concerted(*words: str, handed_in: str = "") -> subprocess.CompletedProcess[str]:
    """The command as a shell runs it, with neither settings nor a database in reach."""
    bare = {name: value for name, value in os.environ.items() if not name.startswith(("DJANGO", "CONCERTED"))}
    program = "import sys; from concerted.interfaces.commands.app import main; main()"
    return subprocess.run(
        [sys.executable, "-c", program, *words],
        input=handed_in,
        capture_output=True,
        text=True,
        env={**bare, "CONCERTED_DATABASE_URL": "postgresql://nobody@127.0.0.1:9/none"},
        check=False,
    )


def filled(**changes: Any) -> dict[str, Any]:
    form = screening.blank_form("adult_labour", SET)
    for name in ("DR-01", "DR-02", "EX-01", "EX-02", "CD-01", "CD-02"):
        form["answers"][name]["answer"] = "yes"
    return json.loads(json.dumps(form)) | changes


@pytest.mark.parametrize("list_id", ["adult_labour", "child_labour"])
def test_a_blank_form_reads_back_as_nothing_asked(list_id):
    form = screening.form_from(json.loads(json.dumps(screening.blank_form(list_id, SET))))
    assert set(form.answers.values()) == {Answer.NOT_ASKED}
    assert set(form.answers) == {one.id for one in SET.indicators_of(list_id)}


def test_screener_and_source_are_in_every_result():
    form = screening.form_from(
        filled(
            screener={"agency": "demo-station", "role": "intake"},
            source_of_identification="hotline",
            screened_on="2011-07-25",
        )
    )
    data = screening.result_as_data(form, screen(form, SET), SET)
    assert (data["screener"], data["source_of_identification"], data["screened_on"]) == (
        {"agency": "demo-station", "role": "intake"},
        "hotline",
        "2011-07-25",
    )
    text = screening.result_as_text(form, screen(form, SET), SET)
    assert "demo-station intake" in text
    assert "hotline" in text


@pytest.mark.parametrize("language", ["en", "zh"])
@pytest.mark.parametrize("list_id", ["adult_labour", "child_labour"])
def test_a_result_in_words_opens_with_what_it_is_not(language, list_id):
    form = screening.form_from({"list": list_id})
    result = screen(form, SET)
    first = screening.result_as_text(form, result, SET, language).splitlines()[0]
    assert first == (result.not_a_finding_zh if language == "zh" else result.not_a_finding_en)


def test_every_fault_of_a_form_is_told_at_once_with_its_field():
    faulty = filled(
        age={"from": "old"}, screened_on="yesterday", weather="fine", interpreter="perhaps", screener=[]
    )
    faulty["answers"]["DR-03"] = True
    with pytest.raises(Invalid) as refused:
        screening.form_from(faulty)
    assert {one.field for one in refused.value.problems} == {
        "age.from",
        "screened_on",
        "weather",
        "interpreter",
        "screener",
        "answers.DR-03",
    }
    assert all(one.remedy for one in refused.value.problems)


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"[]",
        b"{",
        b'{"list": NaN}',
        b"\xff\xfe{",
        b'{"list": "a", "list": "b"}',
        b"[" * 100_000,
        b" " * 2_000_000,
    ],
    ids=range(8),
)
def test_what_is_no_form_is_refused_and_not_guessed_at(data):
    with pytest.raises(Invalid):
        screening.read_form(data, "form.json")


@given(st.binary(max_size=200) | st.text(max_size=100).map(str.encode))
def test_no_bytes_break_the_reader(data):
    try:
        screening.read_form(data, "form.json")
    except Invalid:
        return


@given(
    st.recursive(
        st.none() | st.booleans() | st.integers() | st.text(max_size=5),
        lambda inner: (
            st.lists(inner, max_size=3)
            | st.dictionaries(
                st.sampled_from(["list", "age", "from", "answers", "act", "screener", "x"]), inner, max_size=4
            )
        ),
        max_leaves=12,
    ).filter(lambda found: isinstance(found, dict))
)
def test_no_mapping_breaks_the_reader(data):
    try:
        screening.form_from(data)
    except Invalid as refused:
        assert refused.problems


def test_the_command_screens_a_file_without_settings_or_database(tmp_path: Path):
    path = tmp_path / "form.json"
    path.write_text(json.dumps(filled(age=23)), encoding="utf-8")
    done = concerted("screen", str(path), "--json")
    assert (done.returncode, done.stderr) == (0, "")
    told = json.loads(done.stdout)
    assert told["result"]["code"] == "trafficking_for_forced_labour"
    assert told["is_legal_finding"] is False


def test_the_command_prints_a_form_that_it_can_read_back():
    blank = concerted("screen", "--blank", "child_labour")
    assert blank.returncode == 0
    told = concerted("screen", "-", "--lang", "zh", handed_in=blank.stdout)
    assert told.returncode == 0
    assert "不是法律认定" in told.stdout


@pytest.mark.parametrize(
    ("words", "handed_in", "told"),
    [
        (["-"], '{"list": "adult_labour", "answers": {"DR-01": "maybe"}}', "answers.DR-01"),
        (["--blank", "adult_sexual"], "", "not available"),
        (["no-such-file.json"], "", "no-such-file.json"),
        ([], "", "--blank"),
        (["-", "--lang", "fr"], "", "fr"),
    ],
    ids=["answer", "list", "file", "nothing", "language"],
)
def test_bad_input_ends_with_two_and_says_where(words, handed_in, told):
    done = concerted("screen", *words, handed_in=handed_in)
    assert (done.returncode, done.stdout) == (2, "")
    assert told in done.stderr
