"""EXIF and profile as bounded plain text, whatever the data holds."""

from __future__ import annotations

import pytest
from PIL import ExifTags, Image

from imagedesk.pictures.exif import MAX_VALUE, describe_exif
from imagedesk.pictures.guarded_reader import GuardedPictureReader
from tests.generated_pictures import CAMERA, TAKEN, make_picture, mutated

Base, Details, Place = ExifTags.Base, ExifTags.IFD.Exif, ExifTags.IFD.GPSInfo


def described(
    main: dict[int, object], details: dict[int, object] | None = None, place: dict[int, object] | None = None
) -> dict[str, str]:
    image = Image.new("RGB", (4, 4))
    exif = image.getexif()
    exif.update(main)
    exif.get_ifd(Details).update(details or {})
    exif.get_ifd(Place).update(place or {})
    return describe_exif(image)


@pytest.mark.parametrize("kind", ["jpeg", "png", "webp", "tiff", "avif"])
def test_what_a_camera_wrote_is_told_under_stable_names(reader: GuardedPictureReader, kind: str) -> None:
    exif = reader.facts(make_picture(kind, camera=True, gps=(-47.5, 8.25), orientation=6)).exif
    assert exif == {
        "camera": CAMERA,
        "lens": "EF 50 mm",
        "exposure": "1/125 s, f/2.8, ISO 200, 50 mm",
        "taken": TAKEN,
        "location": "present: 47.50000° S, 8.25000° E",
        "software": "Darkroom 3",
    }


def test_a_picture_without_exif_tells_nothing() -> None:
    assert describe_exif(Image.new("RGB", (4, 4))) == {}


def test_the_maker_is_named_once() -> None:
    assert described({Base.Make: "NIKON CORPORATION", Base.Model: "NIKON D850"})["camera"] == "NIKON D850"
    assert described({Base.Make: "SONY", Base.Model: "ILCE-7M4"})["camera"] == "SONY ILCE-7M4"
    assert described({Base.Make: "  \0", Base.Model: "X"})["camera"] == "X"


def test_long_exposures_are_in_seconds_and_parts_that_are_absent_are_left_out() -> None:
    assert described({}, {Base.ExposureTime: 2.5})["exposure"] == "2.5 s"
    assert described({}, {Base.ISOSpeedRatings: (400, 0)})["exposure"] == "ISO 400"
    assert "exposure" not in described({}, {Base.ExposureTime: 0, Base.FNumber: float("nan"), Base.FocalLength: -1})


def test_a_date_that_is_none_is_left_out_and_an_offset_is_kept() -> None:
    assert "taken" not in described({Base.DateTime: "0000:00:00 00:00:00"})
    assert "taken" not in described({Base.DateTime: "yesterday"})
    taken = described({}, {Base.DateTimeOriginal: "2024:06:03 14:02:11", Base.OffsetTimeOriginal: "+02:00"})["taken"]
    assert taken == "2024-06-03 14:02:11 +02:00"


@pytest.mark.parametrize("latitude", [(91.0, 0.0, 0.0), (1.0,), "47", None, (float("inf"), 0.0, 0.0), (1, 2, 3, 4)])
def test_a_place_that_is_none_is_left_out(latitude: object) -> None:
    place: dict[int, object] = {ExifTags.GPS.GPSLatitude: latitude, ExifTags.GPS.GPSLongitude: (8.0, 0.0, 0.0)}
    assert "location" not in described({}, {}, place)


def test_text_is_data_of_bounded_length() -> None:
    exif = described(
        {Base.Model: "<img src=/etc/passwd>\u202egnp.exe\nsecond line", Base.Software: "x" * 10_000, Base.Make: 7}
    )
    assert exif["camera"].startswith("<img src=/etc/passwd>\N{REPLACEMENT CHARACTER}gnp.exe")
    assert exif["camera"].isprintable()
    assert len(exif["software"]) == MAX_VALUE


@pytest.mark.parametrize("value", [None, 7, b"\xff\xfe", (), ((),), object(), "", [], 10**400, float("nan")])
def test_a_value_of_any_type_raises_nothing(value: object) -> None:
    main: dict[int, object] = dict.fromkeys((Base.Make, Base.Model, Base.Software, Base.DateTime), value)
    details: dict[int, object] = dict.fromkeys(
        (Base.LensModel, Base.ExposureTime, Base.FNumber, Base.ISOSpeedRatings, Base.FocalLength, Base.ColorSpace,
         Base.DateTimeOriginal, Base.OffsetTimeOriginal), value
    )  # fmt: skip
    place = dict.fromkeys((1, 2, 3, 4), value)
    assert all(isinstance(text, str) for text in described({**main}, {**details}, {**place}).values())


def test_damaged_blocks_raise_nothing(reader: GuardedPictureReader) -> None:
    whole = make_picture("jpeg", camera=True, gps=(1.0, 2.0))
    start = whole.index(b"Exif\0\0") + 6
    for seed in range(300):
        wound = mutated(whole[start : start + 300], seed)[:300].ljust(300, b"\0")
        assert reader.facts(whole[:start] + wound + whole[start + 300 :]).width == 64
