"""`concerted estimate` from the shell: one method, the panel, stored resamples, files, refusals and bad tables."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from tests.interfaces.commands.answers import Answer, Run

from concerted.interfaces.commands import app as command_line
from concerted.interfaces.exchange.reference import REFERENCE_FOLDER

UK5 = REFERENCE_FOLDER / "prevalence" / "uk5.csv"
TWO = "a,b,count\n1,0,50\n0,1,40\n1,1,12\n"
KEYS = {
    "method",
    "n_seen",
    "estimate",
    "hidden",
    "interval",
    "model",
    "diagnostics",
    "warnings",
    "seed",
    "seconds",
}


@pytest.fixture
def run(monkeypatch: pytest.MonkeyPatch, capfdbinary: pytest.CaptureFixture[bytes]) -> Run:
    """Run `concerted estimate` with these words, as the shell would."""

    def estimate(*words: object) -> Answer:
        monkeypatch.setattr(sys, "argv", ["concerted", "estimate", *map(str, words)])
        capfdbinary.readouterr()
        with pytest.raises(SystemExit) as left:
            command_line.main()
        sys.stdout.flush()
        told = capfdbinary.readouterr()
        return Answer(int(left.value.code or 0), told.out, told.err.decode())

    return estimate


@pytest.fixture
def two(tmp_path: Path) -> Path:
    path = tmp_path / "two.csv"
    path.write_text(TWO, encoding="utf-8")
    return path


@pytest.fixture
def parted(tmp_path: Path) -> Path:
    path = tmp_path / "parted.csv"
    rows = {"f": "120,90,60,14,9,7,3", "m": "80,50,70,10,6,9,2"}
    histories = ("1,0,0", "0,1,0", "0,0,1", "1,1,0", "1,0,1", "0,1,1", "1,1,1")
    lines = [
        f"{sex},{history},{count}"
        for sex, counts in rows.items()
        for history, count in zip(histories, counts.split(","), strict=True)
    ]
    path.write_text("\n".join(["sex,a,b,c,count", *lines]) + "\n", encoding="utf-8")
    return path


def test_one_method_answers_in_json_with_every_promised_key(run: Run) -> None:
    told = run(UK5, "--method", "stepwise", "--bootstrap", 200, "--seed", 5, "--json")
    assert (told.code, told.err) == (0, "")
    answer = told.json
    assert set(answer) >= KEYS
    assert {"existence", "identifiability", "lp_calls", "resamples_used", "resamples_refused"} <= set(
        answer["diagnostics"]
    )
    assert (answer["method"], answer["n_seen"], answer["seed"]) == ("stepwise", 2744, 5)
    assert answer["estimate"] == pytest.approx(11312.99, abs=0.01)
    assert answer["hidden"] == pytest.approx(answer["estimate"] - 2744)
    low, high = answer["interval"]["0.95"]
    assert low < answer["estimate"] < high


def test_the_same_seed_gives_the_same_interval_and_another_does_not(run: Run) -> None:
    words = (UK5, "--method", "stepwise", "--bootstrap", 100, "--json", "--seed")
    first, again, other = (run(*words, seed).json["interval"] for seed in (1, 1, 2))
    assert first == again != other


def test_stored_resamples_are_used_in_place_of_drawn_ones(run: Run, tmp_path: Path) -> None:
    counts = [int(line.rpartition(",")[2]) for line in UK5.read_text().split()[1:]]
    stored = tmp_path / "resamples.json"
    stored.write_text(json.dumps([counts] * 40))
    told = run(UK5, "--method", "stepwise", "--resamples", stored, "--json").json
    assert told["diagnostics"]["resamples_used"] == 40
    assert told["interval"]["0.95"] == pytest.approx([told["estimate"]] * 2)


def test_the_default_is_the_panel_with_the_verdict_first(run: Run, two: Path) -> None:
    told = run(two, "--bootstrap", 20)
    assert told.code == 0
    assert told.text.startswith("Verdict: Not identified")
    assert "With 2 lists nobody can test" in told.text
    assert "chapman" in told.text


def test_the_panel_in_json_holds_every_method_and_the_rules_lines(run: Run, two: Path) -> None:
    panel = run(two, "--bootstrap", 20, "--json").json
    assert len(panel["methods"]) == 9
    assert panel["verdict"]["standing"] == "not_identified"
    assert panel["limits"]["apart"] == 1.5


def test_a_table_that_carries_no_number_ends_with_one_and_says_why(run: Run, tmp_path: Path) -> None:
    apart = tmp_path / "apart.csv"
    apart.write_text("a,b,count\n1,0,50\n0,1,40\n", encoding="utf-8")
    told = run(apart, "--method", "chapman")
    assert (told.code, told.text) == (1, "")
    assert told.err.startswith("concerted: ")
    answer = run(apart, "--method", "chapman", "--json")
    assert answer.code == 1
    assert set(answer.json) >= KEYS
    assert answer.json["estimate"] is None
    assert answer.json["refused"]["text"] and answer.json["refused"]["text_zh"]
    assert run(apart, "--bootstrap", 0).code == 1


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b"a,b,count\n1,2,5\n", "row 1"),
        (b"a,b,count\n1,0,5\n0,1,-3\n", "row 2"),
        (b"a,b,count\n1,0,5\n0,1,2.5\n", "row 2"),
        (b"a,b,count\n1,0,5\n0,0,9\n", "row 2"),
        (b"a,b,count\n1,0,5\n1,0,6\n", "row 2"),
        (b"a,count\n1,5\n", "one list"),
        (b"a,b,c,d,e,f,g,h,i,count\n1,0,0,0,0,0,0,0,0,5\n", "9 lists"),
        (b"", "empty"),
        (b"\xff\xfe\xfa\x00\x81", "text"),
        (b"a,b,count\n1,0,99999999999999999999\n", "row 1"),
    ],
)
def test_a_bad_table_ends_with_two_and_names_the_row(
    run: Run, tmp_path: Path, content: bytes, said: str
) -> None:
    path = tmp_path / "bad.csv"
    path.write_bytes(content)
    for words in ((), ("--json",), ("--method", "stepwise", "--json")):
        told = run(path, *words)
        assert (told.code, told.out) == (2, b"")
        assert said in told.err.lower()
        assert "Traceback" not in told.err


@pytest.mark.parametrize(
    "words",
    [
        ("no-such-file.csv",),
        (UK5, "--method", "guess"),
        (UK5, "--threshold", "2"),
        (UK5, "--json", "--html"),
        (UK5, "--language", "fr"),
        (UK5, "--method", "chao", "--resamples", UK5),
        (UK5, "--method", "stepwise", "--resamples", UK5),
        ("study", UK5, "--tables", "0"),
        (UK5, "--strata", "sex"),
        (UK5, "--strata", ""),
        (UK5, "--strata", "LA", "--method", "stepwise", "--resamples", UK5),
        (UK5, "--pooling", "some"),
        (UK5, "--missed", "1"),
        (UK5, "--missed", "nan"),
        (UK5, "--missed", "0"),
        (UK5, "--linkages", "20"),
        (UK5, "--linkage", "no-such-file.json"),
        (UK5, "--linkage", UK5),
        (UK5, "--linkage", UK5, "--missed", "0.1"),
        (UK5, "--suppress-below", "1"),
        (UK5, "--pdf", "--png"),
    ],
)
def test_options_that_cannot_be_right_end_with_two(run: Run, words: tuple[object, ...]) -> None:
    told = run(*words)
    assert (told.code, told.out) == (2, b"")
    assert told.err.strip()


def test_a_report_is_written_as_html_and_as_a_picture(run: Run, two: Path, tmp_path: Path) -> None:
    page = run(two, "--bootstrap", 20, "--html", "--language", "zh")
    assert page.code == 0
    assert page.text.startswith("<!doctype html>")
    assert "结论: 无法识别" in page.text
    picture = tmp_path / "picture.png"
    assert run(two, "--bootstrap", 20, "--png", "--output", picture).code == 0
    assert picture.read_bytes().startswith(b"\x89PNG")


def test_strata_stand_beside_the_answer_and_add_up(run: Run, parted: Path) -> None:
    words = (parted, "--strata", "sex", "--method", "main-effects", "--bootstrap", 0)
    answer = run(*words, "--json").json
    alone, pooled = answer["strata"]["poolings"]
    assert set(answer) >= KEYS
    assert (answer["n_seen"], alone["pooling"], pooled["pooling"]) == (530, "none", "partial")
    for one in (alone, pooled):
        assert sum(part["estimate"] for part in one["strata"]) == pytest.approx(one["total"]["estimate"])
    only = run(*words, "--pooling", "none", "--json").json["strata"]["poolings"]
    assert [one["pooling"] for one in only] == ["none"]
    text = run(*words, "--language", "zh").text
    assert "分层估计" in text and "合计" in text


def test_errors_in_joining_records_are_drawn_over(run: Run, two: Path, tmp_path: Path) -> None:
    words = (two, "--method", "main-effects", "--bootstrap", 0, "--json")
    stated = run(*words, "--missed", 0.2, "--linkages", 20).json["linkage"]
    assert stated["asked"] == {"missed": 0.2, "false": 0.0, "draws": 20, "pool": "mixture"}
    assert stated["answer"]["estimate"] < stated["as_linked"]["estimate"]
    file = tmp_path / "links.json"
    file.write_text(json.dumps({"missed": {"a:b": 0.2}, "draws": 20}))
    assert (
        run(*words, "--linkage", file).json["linkage"]["answer"]["estimate"] == stated["answer"]["estimate"]
    )
    assert "If records were joined wrongly" in run(two, "--bootstrap", 20, "--missed", 0.2).text


def test_for_others_eyes_small_counts_and_strata_are_hidden(run: Run, parted: Path) -> None:
    words = (parted, "--strata", "sex", "--bootstrap", 0, "--suppress-below", 10)
    one = run(*words, "--method", "main-effects", "--json").json
    assert one["diagnostics"] == {} and one["estimate"] % 10 == 0
    panel = run(*words, "--json").json
    assert [row["count"] for row in panel["table"]["rows"]].count(None) >= 2
    assert panel["strata"]["hidden_below"] == 10


def test_a_pdf_is_set_in_the_typefaces_of_the_installation(
    run: Run, two: Path, tmp_path: Path, settings: Any
) -> None:
    from concerted.config import assets, places

    if not any(places.FONTS.glob("*.ttf")):
        assets.prepare_typefaces()
    settings.FONT_FOLDERS = [places.FONTS]
    report = tmp_path / "report.pdf"
    assert run(two, "--bootstrap", 20, "--pdf", "--language", "zh", "--output", report).code == 0
    assert b"NotoSansSC" in report.read_bytes()


def test_the_study_says_how_often_the_interval_held(run: Run) -> None:
    rows = run("study", UK5, "--method", "chao", "--tables", 20, "--bootstrap", 0, "--json").json
    assert [row["truth"] for row in rows] == ["independent", "stepwise", "two-kinds"]
    assert all(set(row["coverage"]) == {"0.95", "0.8"} for row in rows)


def test_the_command_needs_no_database_no_settings_and_no_framework(tmp_path: Path) -> None:
    """In a process of its own, in which importing Django would fail."""
    (tmp_path / "django.py").write_text("raise ImportError('no framework here')\n")
    code = (
        "import sys; sys.argv = ['concerted', 'estimate', sys.argv[1], '--method', 'chao', '--json'];"
        "from concerted.interfaces.commands.app import main; main()"
    )
    environment: dict[str, Any] = {
        "PATH": os.environ["PATH"],
        "PYTHONPATH": f"{tmp_path}:{Path(command_line.__file__).parents[3]}",
    }
    done = subprocess.run(
        [sys.executable, "-c", code, str(UK5)], capture_output=True, env=environment, check=False
    )
    assert (done.returncode, done.stderr) == (0, b"")
    assert json.loads(done.stdout)["n_seen"] == 2744
