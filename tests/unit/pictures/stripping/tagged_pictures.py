"""Pictures of every type that carry all that cameras and programs write into them, each with a place to look for."""

from __future__ import annotations

import io
import struct
import zlib
from collections.abc import Iterator

from PIL import Image, TiffImagePlugin

from tests.generated_pictures import make_picture, wide_profile

LATITUDE, LONGITUDE = 59.913869, 10.752245
TOWN, OWNER = b"Frognerseteren", b"Kari Nordmann"
XMP = (
    b'<?xpacket begin="\xef\xbb\xbf" id="W5M0MpCehiHzreSzNTczkc9d"?><x:xmpmeta xmlns:x="adobe:ns:meta/"><rdf:RDF '
    b'xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#"><rdf:Description rdf:about="" '
    b'xmlns:exif="http://ns.adobe.com/exif/1.0/" xmlns:photoshop="http://ns.adobe.com/photoshop/1.0/" '
    b'xmlns:Iptc4xmpExt="http://iptc.org/std/Iptc4xmpExt/2008-02-29/" xmlns:dc="http://purl.org/dc/elements/1.1/" '
    b'exif:GPSLatitude="59,54.832N" exif:GPSLongitude=\'10,45.1347E\' photoshop:City="Frognerseteren" '
    b'photoshop:Credit="Kari Nordmann"><Iptc4xmpExt:LocationShown><rdf:Bag><rdf:li><Iptc4xmpExt:City>Frognerseteren'
    b"</Iptc4xmpExt:City></rdf:li></rdf:Bag></Iptc4xmpExt:LocationShown><exif:GPSAltitude>4321/10</exif:GPSAltitude>"
    b"<exif:GPSTimeStamp/></rdf:Description></rdf:RDF></x:xmpmeta><?xpacket end='w'?>"
)
PLACES = (b"59,54.832", b"10,45.1347", b"4321/10", TOWN)


def iptc() -> bytes:
    sets = ((90, TOWN), (80, OWNER), (101, TOWN))
    return b"".join(b"\x1c\x02" + bytes([number]) + struct.pack(">H", len(text)) + text for number, text in sets)


def photoshop() -> bytes:
    block = iptc()
    return b"8BIM\x04\x04\0\0" + struct.pack(">I", len(block)) + block + bytes(len(block) % 2)


def coordinate_bytes() -> tuple[bytes, ...]:
    """The seconds of latitude and longitude as TIFF rationals, in both orders, as Pillow writes them."""
    found = []
    for degrees in (LATITUDE, LONGITUDE):
        seconds = round((degrees * 3600) % 60, 3)
        number = TiffImagePlugin.IFDRational(seconds).limit_rational(2**31)
        found += [struct.pack(f"{order}II", *number) for order in "<>"]
    return tuple(found)


def tagged(kind: str, orientation: int | None = None) -> bytes:
    """A picture with camera, place, names and a colour profile where its type can have them."""
    camera = kind not in {"gif", "bmp"}
    icc = wide_profile() if camera else None
    data = make_picture(
        kind, 48, 36, seed=3, camera=camera, gps=(LATITUDE, LONGITUDE) if camera else None, icc=icc,
        orientation=orientation if camera else None, frames=2 if kind == "tiff" else 1,
    )  # fmt: skip
    return _WITH_TEXTS[kind](data)


def _jpeg(data: bytes) -> bytes:
    def segment(marker: int, body: bytes) -> bytes:
        return bytes([0xFF, marker]) + struct.pack(">H", len(body) + 2) + body

    extra = segment(0xE1, b"http://ns.adobe.com/xap/1.0/\0" + XMP)
    extra += segment(0xED, b"Photoshop 3.0\0" + photoshop()) + segment(0xFE, OWNER)
    half = len(XMP) // 2
    for start, part in ((0, XMP[:half]), (half, XMP[half:])):
        head = b"http://ns.adobe.com/xmp/extension/\0" + b"A" * 32 + struct.pack(">II", len(XMP), start)
        extra += segment(0xE1, head + part)
    film = b"\0\0\0\x18ftypmp42" + TOWN
    return data[:2] + extra + data[2:] + film


def chunk(kind: bytes, body: bytes) -> bytes:
    return struct.pack(">I", len(body)) + kind + body + struct.pack(">I", zlib.crc32(kind + body))


def _png(data: bytes) -> bytes:
    extra = chunk(b"iTXt", b"XML:com.adobe.xmp\0\0\0\0\0" + XMP) + chunk(b"tEXt", b"Author\0" + OWNER)
    extra += chunk(b"iTXt", b"XML:com.adobe.xmp\0\1\0\0\0" + zlib.compress(XMP))
    extra += chunk(b"zTXt", b"Raw profile type iptc\0\0" + zlib.compress(iptc().hex().encode()))
    return data[:33] + extra + chunk(b"tIME", bytes(7)) + data[33:] + TOWN


def _webp(data: bytes) -> bytes:
    body = data[12:] + b"XMP " + struct.pack("<I", len(XMP)) + XMP + bytes(len(XMP) % 2)
    body = body[:8] + bytes([body[8] | 4]) + body[9:]
    return b"RIFF" + struct.pack("<I", len(body) + 4) + b"WEBP" + body


def _gif(data: bytes) -> bytes:
    at = 13 + (3 << ((data[10] & 7) + 1) if data[10] & 0x80 else 0)
    comment = b"!\xfe" + bytes([len(OWNER)]) + OWNER + b"\0"
    trailer = b"\x01" + bytes(range(255, -1, -1)) + b"\0"  # how XMP is hidden from readers that know it not
    return data[:at] + comment + b"!\xff\x0bXMP DataXMP" + XMP + trailer + data[at:]


def _tiff(data: bytes) -> bytes:
    """A new first directory behind the file, with more entries; the old one is what editors leave lying about."""
    assert data[:4] == b"II*\0"
    at = struct.unpack_from("<I", data, 4)[0]
    count = struct.unpack_from("<H", data, at)[0]
    table = data[at + 2 : at + 2 + 12 * count]
    old = [table[i : i + 12] for i in range(0, len(table), 12)]
    following = data[at + 2 + 12 * count :][:4]
    result = data + bytes(len(data) % 2)
    new = []
    for tag, kind, value in ((700, 1, XMP), (33723, 7, iptc()), (34377, 1, photoshop()), (315, 2, OWNER + b"\0")):
        new.append(struct.pack("<HHII", tag, kind, len(value), len(result)))
        result += value + bytes(len(value) % 2)
    entries = sorted(old + new, key=lambda entry: int.from_bytes(entry[:2], "little"))
    position = struct.pack("<I", len(result))
    result += struct.pack("<H", len(entries)) + b"".join(entries) + following
    return result[:4] + position + result[8:]


def _avif(data: bytes) -> bytes:
    with Image.open(io.BytesIO(data)) as picture:
        buffer = io.BytesIO()
        picture.save(
            buffer, "AVIF", exif=picture.info["exif"], xmp=XMP, icc_profile=picture.info.get("icc_profile"), quality=80
        )
    return buffer.getvalue() + struct.pack(">I", 24 + len(TOWN)) + b"uuid" + bytes(12) + b"\xa9xyz" + TOWN


_WITH_TEXTS = {
    "jpeg": _jpeg, "png": _png, "webp": _webp, "gif": _gif, "tiff": _tiff, "avif": _avif, "bmp": lambda data: data,
}  # fmt: skip


def frames(data: bytes) -> Iterator[tuple[str, bytes]]:
    """Mode and pixels of each."""
    with Image.open(io.BytesIO(data)) as picture:
        for number in range(getattr(picture, "n_frames", 1)):
            picture.seek(number)
            picture.load()
            yield picture.mode, picture.tobytes()


def orientation_of(data: bytes) -> int:
    with Image.open(io.BytesIO(data)) as picture:
        return int(picture.getexif().get(274, 1))


def profile_of(data: bytes) -> bytes | None:
    with Image.open(io.BytesIO(data)) as picture:
        profile: bytes | None = picture.info.get("icc_profile")
    return profile
