"""Every error a user can act on: what failed, why, and what to do about it.

    VerifyError
    ├── UsageError                 usage.*      the command line or call was wrong
    ├── ArticleError               article.*    the article cannot be used
    ├── VideoError                 video.*      the bytes of one video cannot be used
    ├── FileAccessError            file.*       the file system stands in the way
    ├── DatabaseError              database.*   the hash database cannot be used
    └── CaseError                  case.*       the case folder cannot be used

Subclasses add a docstring and an id only, so that errors pass between processes unchanged. The ids are listed in
``docs/errors.md``; the exit status that follows from them is decided in ``verify.cli.main``.
"""

from typing import ClassVar


class VerifyError(Exception):
    """Base of every error a user can act on."""

    error_id: ClassVar[str] = "verify"

    def __init__(self, what: str, why: str, remedy: str) -> None:
        super().__init__(what, why, remedy)

    @property
    def what(self) -> str:
        """What could not be done."""
        return str(self.args[0])

    @property
    def why(self) -> str:
        """The cause."""
        return str(self.args[1])

    @property
    def remedy(self) -> str:
        """What the user can do."""
        return str(self.args[2])

    def __str__(self) -> str:
        """Say what failed, why, what to do."""
        return "{}: {}. {}.".format(*self.args)


class UsageError(VerifyError):
    """The command line, or an argument of a call, does not make sense."""

    error_id = "usage.wrong"


class InvalidDateError(UsageError):
    """A date is not EDTF (ISO 8601-2)."""

    error_id = "usage.invalid_date"


class InvalidSightingsError(UsageError):
    """A sightings.csv cannot be read as such."""

    error_id = "usage.invalid_sightings"


class ArticleError(VerifyError):
    """The article cannot be used."""

    error_id = "article.unusable"


class ArticleAddressError(ArticleError):
    """A URL was given where a saved article is needed."""

    error_id = "article.address"


class ArticleFormatError(ArticleError):
    """The file is not HTML, Markdown or text."""

    error_id = "article.format"


class ArticleEmptyError(ArticleError):
    """The file holds no text of an article."""

    error_id = "article.empty"


class VideoError(VerifyError):
    """The bytes of one video cannot be used."""

    error_id = "video.unusable"


class EmptyFileError(VideoError):
    """The file has no bytes."""

    error_id = "video.empty_file"


class NotAVideoError(VideoError):
    """The file is no video container, whatever its name says."""

    error_id = "video.not_a_video"


class PlaylistError(VideoError):
    """The file is a list that points to other files or addresses; none of them is opened."""

    error_id = "video.playlist"


class NoVideoStreamError(VideoError):
    """The container holds no video stream."""

    error_id = "video.no_video_stream"


class UnknownCodecError(VideoError):
    """No decoder is known for the video stream."""

    error_id = "video.unknown_codec"


class EncryptedVideoError(VideoError):
    """The samples are encrypted; decoding them gives damaged pictures."""

    error_id = "video.encrypted"


class NothingDecodedError(VideoError):
    """Not one frame of the video could be decoded."""

    error_id = "video.nothing_decoded"


class VideoTooLargeError(VideoError):
    """The video passes a limit on pixels, frames or streams."""

    error_id = "video.too_large"


class DecoderCrashedError(VideoError):
    """The process that decoded the video died."""

    error_id = "video.decoder_crashed"


class DecodingTimeoutError(VideoError):
    """Decoding took longer than allowed for one video."""

    error_id = "video.timeout"


class PictureError(VerifyError):
    """The bytes of one picture that was given as a query cannot be used."""

    error_id = "picture.unusable"


class NotAPictureError(PictureError):
    """The file is no JPEG, PNG, WebP, BMP or TIFF picture, whatever its name says."""

    error_id = "picture.not_a_picture"


class DamagedPictureError(PictureError):
    """The picture breaks off, or cannot be decoded."""

    error_id = "picture.damaged"


class PictureTooLargeError(PictureError):
    """The picture has more pixels than allowed, or takes too much memory."""

    error_id = "picture.too_large"


class FileAccessError(VerifyError):
    """The file system stands in the way."""

    error_id = "file.unusable"


class MissingFileError(FileAccessError):
    """There is no such file or folder."""

    error_id = "file.missing"


class UnreadableFileError(FileAccessError):
    """The file or folder exists but cannot be read."""

    error_id = "file.unreadable"


class UnwritableFileError(FileAccessError):
    """The file or folder cannot be written."""

    error_id = "file.unwritable"


class NotARegularFileError(FileAccessError):
    """The path is a pipe, a device or the like, not a file."""

    error_id = "file.not_regular"


class ChangedFileError(FileAccessError):
    """The file changed while it was read."""

    error_id = "file.changed"


class EmptyFolderError(FileAccessError):
    """The folder holds no file that could be used."""

    error_id = "file.empty_folder"


class DatabaseError(VerifyError):
    """The hash database cannot be used."""

    error_id = "database.unusable"


class MissingDatabaseError(DatabaseError):
    """There is no hash database at the path."""

    error_id = "database.missing"


class NotADatabaseError(DatabaseError):
    """The file is not a hash database of this tool."""

    error_id = "database.not_a_database"


class NewerDatabaseError(DatabaseError):
    """The hash database was written by a newer version of this tool."""

    error_id = "database.newer"


class FingerprintVersionError(DatabaseError):
    """Fingerprints of two versions would have to be compared."""

    error_id = "database.fingerprint_version"


class BusyDatabaseError(DatabaseError):
    """Another process holds the hash database for writing."""

    error_id = "database.busy"


class UnknownVideoError(DatabaseError):
    """The hash database holds no such video."""

    error_id = "database.unknown_video"


class CaseError(VerifyError):
    """The case folder cannot be used."""

    error_id = "case.unusable"


class NotACaseError(CaseError):
    """The folder is not a case."""

    error_id = "case.not_a_case"


class CaseExistsError(CaseError):
    """The folder already holds a case or other files."""

    error_id = "case.exists"


class DamagedCaseError(CaseError):
    """A file of the case cannot be read as what it should be."""

    error_id = "case.damaged"
