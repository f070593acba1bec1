"""Everything that can go wrong and be said to a person.

    ImageDeskError
    ├── InvalidRequest             what was given cannot be used; nothing was stored
    │   ├── MissingUser            missing_user
    │   ├── InvalidUser            invalid_user
    │   ├── WrongUser              wrong_user
    │   ├── InvalidMetadata        invalid_metadata
    │   ├── InvalidLimit           invalid_limit
    │   ├── InvalidCursor          invalid_cursor
    │   ├── InvalidSettings        invalid_settings
    │   └── BadPicture             the file, not the request
    │       ├── EmptyFile          empty_file
    │       ├── NotAnImage         not_an_image
    │       ├── UnreadableImage    unreadable_image
    │       ├── TooManyPixels      too_many_pixels
    │       ├── FileTooLarge       too_large
    │       ├── UnreadableFile     unreadable_file
    │       ├── SourceChanged      source_changed
    │       └── CameraDataStays    camera_data_stays
    ├── Refused                    the library's rules or state say no
    │   ├── NotFound               not_found
    │   ├── NotOwner               not_owner
    │   ├── AlreadyExists          already_exists
    │   ├── EditConflict           edit_conflict
    │   └── LinksNotOffered        links_not_offered
    ├── EnvironmentFault           network, permission, disk: not the person's doing, worth another try
    │   ├── StoreUnavailable       store_unavailable
    │   ├── LibraryNotSetUp        library_not_set_up
    │   ├── AccessDenied           access_denied
    │   ├── InvalidCredentials     invalid_credentials
    │   ├── SessionExpired         session_expired
    │   ├── KeyringUnavailable     keyring_unavailable
    │   ├── DiskFull               disk_full
    │   ├── CannotWrite            cannot_write
    │   └── CorruptObject          corrupt_object
    └── Cancelled                  cancelled

Each class has a stable ``code`` for scripts and a ``title`` for a heading; the message of each instance is a sentence
that says what to do. Names in a message pass through :func:`imagedesk.core.plain_text.plain` first. Stores translate
their library's exceptions into these in one place, chained (``raise ... from``). Our own bugs are never among these.
"""

from __future__ import annotations

from typing import ClassVar


class ImageDeskError(Exception):
    """The root: a stable code, a title, and a sentence that a person can act on."""

    code: ClassVar[str] = "error"
    title: ClassVar[str] = "Something went wrong"

    def __init__(self, message: str) -> None:
        super().__init__(message)
        self.message = message


class InvalidRequest(ImageDeskError):
    code = "invalid_request"
    title = "That cannot be used"


class MissingUser(InvalidRequest):
    code = "missing_user"
    title = "Who are you?"

    def __init__(self, message: str = "Say who you are: pass --user NAME or set IMAGEDESK_USER.") -> None:
        super().__init__(message)


class InvalidUser(InvalidRequest):
    code = "invalid_user"
    title = "That user name cannot be used"


class WrongUser(InvalidRequest):
    code = "wrong_user"
    title = "You are signed in as somebody else"


class InvalidMetadata(InvalidRequest):
    code = "invalid_metadata"
    title = "The metadata is not a JSON object"


class InvalidLimit(InvalidRequest):
    code = "invalid_limit"
    title = "That limit cannot be used"


class InvalidCursor(InvalidRequest):
    code = "invalid_cursor"
    title = "That cursor cannot be used"


class InvalidSettings(InvalidRequest):
    code = "invalid_settings"
    title = "The settings cannot be used"


class BadPicture(InvalidRequest):
    code = "bad_picture"
    title = "That file cannot be uploaded"


class EmptyFile(BadPicture):
    code = "empty_file"
    title = "Empty file"


class NotAnImage(BadPicture):
    code = "not_an_image"
    title = "Not an image"


class UnreadableImage(BadPicture):
    code = "unreadable_image"
    title = "Damaged image"


class TooManyPixels(BadPicture):
    code = "too_many_pixels"
    title = "Too many pixels"


class FileTooLarge(BadPicture):
    code = "too_large"
    title = "File too large"


class UnreadableFile(BadPicture):
    code = "unreadable_file"
    title = "The file cannot be read"


class SourceChanged(BadPicture):
    code = "source_changed"
    title = "The file changed while it was read"


class CameraDataStays(BadPicture):
    code = "camera_data_stays"
    title = "Camera data cannot be removed"


class Refused(ImageDeskError):
    code = "refused"
    title = "Not possible"


class NotFound(Refused):
    code = "not_found"
    title = "No such image"


class NotOwner(Refused):
    code = "not_owner"
    title = "Only the owner can do that"


class AlreadyExists(Refused):
    code = "already_exists"
    title = "Already there"


class EditConflict(Refused):
    code = "edit_conflict"
    title = "Changed elsewhere meanwhile"


class LinksNotOffered(Refused):
    code = "links_not_offered"
    title = "This library has no links"


class EnvironmentFault(ImageDeskError):
    code = "environment"
    title = "The library cannot be reached"


class StoreUnavailable(EnvironmentFault):
    code = "store_unavailable"
    title = "The library cannot be reached"


class LibraryNotSetUp(EnvironmentFault):
    code = "library_not_set_up"
    title = "The library is not set up"


class AccessDenied(EnvironmentFault):
    code = "access_denied"
    title = "Permission is missing"


class InvalidCredentials(EnvironmentFault):
    code = "invalid_credentials"
    title = "The credentials do not work"


class SessionExpired(EnvironmentFault):
    code = "session_expired"
    title = "Your session has ended"


class KeyringUnavailable(EnvironmentFault):
    code = "keyring_unavailable"
    title = "The system keyring cannot be used"


class DiskFull(EnvironmentFault):
    code = "disk_full"
    title = "The disk is full"


class CannotWrite(EnvironmentFault):
    code = "cannot_write"
    title = "The folder cannot be written"


class CorruptObject(EnvironmentFault):
    code = "corrupt_object"
    title = "The picture arrived damaged"


class Cancelled(ImageDeskError):
    code = "cancelled"
    title = "Cancelled"

    def __init__(self, message: str = "Cancelled.") -> None:
        super().__init__(message)


class MalformedRecord(ValueError):
    """A stored item that does not follow the contract; a listing skips and counts it. Never shown to a person."""
