"""A service directory is read whole or refused with the line at fault, and what is invented says so."""

from __future__ import annotations

from pathlib import Path

import pytest

from concerted.interfaces.exchange.reference.files import REFERENCE_FOLDER, ReferenceFileError
from concerted.interfaces.exchange.service_directory import read_services
from concerted.mechanism.cases.codes import SERVICES
from concerted.mechanism.cases.demonstration import AGENCIES

HEAD = "schema: concerted/service-directory/1\nservices:\n"
GOOD = "  - {agency: a, key: k, kind: shelter, name_en: Shelter, place_code: '530000'}\n"


def test_the_demonstrations_directory_is_invented_and_says_so() -> None:
    offers = read_services(REFERENCE_FOLDER / "demonstration" / "services.yaml")
    assert {one.agency for one in offers} == {body.key for body in AGENCIES}
    for one in offers:
        assert one.kind in SERVICES
        assert one.values["is_demonstration"] is True
        assert "demonstration" in one.values["name_en"]
        assert "演示" in one.values["name_zh"]


@pytest.mark.parametrize(
    "row",
    [
        GOOD.replace("shelter", "palace"),
        GOOD.replace("agency: a, ", ""),
        GOOD.replace("key: k", "key: k, address: here"),
        GOOD + GOOD,
    ],
    ids=["kind", "agency", "address", "twice"],
)
def test_a_service_that_cannot_be_taken_is_told_with_its_line(tmp_path: Path, row: str) -> None:
    path = tmp_path / "services.yaml"
    path.write_text(HEAD + row, encoding="utf-8")
    with pytest.raises(ReferenceFileError) as refused:
        read_services(path)
    assert "line" in str(refused.value.where)
