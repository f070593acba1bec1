"""Answers: JSON that any script reads, lines that any terminal survives."""

from __future__ import annotations

import io
import json
from dataclasses import replace

import pytest

from imagedesk.commands.answers import image_fields, print_error, print_json, print_lines, print_note, table_lines
from imagedesk.core.errors import CannotWrite, NotFound
from tests.fakes.sample_records import sample_record

Capture = pytest.CaptureFixture[str]


def test_an_image_is_told_without_what_is_absent() -> None:
    record = replace(sample_record(1, metadata={"a": 1}), sha256=None, width=None)
    fields = image_fields(record, "s3://b/k")
    assert (fields["image_id"], fields["s3_key"], fields["s3_url"]) == (record.image_id, record.key, "s3://b/k")
    assert fields["metadata"] == {"a": 1}
    assert not {"sha256", "width", "updated_at"} & set(fields)
    assert "s3_url" not in image_fields(record)


def test_json_is_one_line_of_readable_text(capsys: Capture) -> None:
    print_json({"filename": "Høst\n東京 😀"})
    out = capsys.readouterr().out
    assert out.count("\n") == 1
    assert "Høst\\n東京 😀" in out


@pytest.mark.parametrize("encoding", ["ascii", "latin-1", "cp1252", "utf-8"])
def test_json_is_the_same_on_every_terminal_and_for_every_name(encoding: str) -> None:
    for name in ("Høst 東京 😀", "lone \ud800 half", "plain"):
        stream = io.TextIOWrapper(io.BytesIO(), encoding=encoding)
        print_json({"filename": name}, stream)
        stream.seek(0)
        assert json.loads(stream.read()) == {"filename": name}


def test_lines_are_printed_on_every_terminal(monkeypatch: pytest.MonkeyPatch) -> None:
    stream = io.TextIOWrapper(io.BytesIO(), encoding="ascii")
    monkeypatch.setattr("sys.stdout", stream)
    print_lines(["Høst \ud800"])
    stream.seek(0)
    assert stream.read() == "H?st ?\n"


def test_an_answer_that_cannot_be_written_is_a_fault_and_a_reader_who_left_is_none() -> None:
    class Full(io.StringIO):
        error: OSError = OSError(28, "No space left on device")

        def flush(self) -> None:
            raise self.error

    full = Full()
    with pytest.raises(CannotWrite, match="No space left"):
        print_json({}, full)
    full.error = BrokenPipeError()
    with pytest.raises(BrokenPipeError):
        print_json({}, full)


def test_an_error_is_a_sentence_for_people_and_an_object_for_scripts(capsys: Capture) -> None:
    error = NotFound("There is no such image.")
    print_error(error, as_json=False)
    print_error(error, as_json=False, file="a\n\x1b[31m.png")
    assert capsys.readouterr() == (
        "",
        "imagedesk: There is no such image.\nimagedesk: a��[31m.png: There is no such image.\n",
    )
    print_error(error, as_json=True)
    print_error(error, as_json=True, file="a\n.png")
    body = {"error": {"code": "not_found", "message": "There is no such image."}}
    assert [json.loads(line) for line in capsys.readouterr().err.splitlines()] == [body, {**body, "file": "a\n.png"}]


def test_a_note_does_not_disturb_a_script(capsys: Capture) -> None:
    print_note("Works here only.", as_json=False)
    print_note("Works here only.", as_json=True)
    assert capsys.readouterr() == ("", 'imagedesk: Works here only.\n{"note": "Works here only."}\n')


def test_a_table_has_one_aligned_line_for_an_image_whatever_it_is_called() -> None:
    hostile = replace(
        sample_record(2, filename="a\nb\u202e\x1b[31m" + "x" * 300), content_type="image/\x1b[31mred\n" + "y" * 100
    )
    lines = table_lines([sample_record(1, size=1_234_567), hostile])
    assert len(lines) == 3
    assert all(len(line.splitlines()) == 1 and "\x1b" not in line and "\u202e" not in line for line in lines)
    assert "1,234,567" in lines[1]
    assert lines[1].index("IMG_0001.jpg") == lines[0].index("NAME") == lines[2].index("a�b")
    assert max(map(len, lines)) < 200


def test_a_date_of_no_use_is_no_reason_not_to_list() -> None:
    for text in ("soon", "0001-01-01T00:00:00+14:00", "9999-12-31T23:59:59Z"):
        [_, line] = table_lines([sample_record(1, created_at=text)])
        assert "1970-01-01" in line or "1969-12-31" in line  # the epoch, in whatever time zone this is
