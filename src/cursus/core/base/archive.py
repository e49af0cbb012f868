"""Code that travels with a step: one content-addressed ``tar.gz``.

The digest covers what is in the archive (path, length, bytes of each file), not how it was packed, so that it is the
same on every machine and with every version of zlib. The archive itself is written without times, owners or modes of
the machine that wrote it.
"""

from __future__ import annotations

import hashlib
import io
import os
import stat
from collections.abc import Mapping
from pathlib import Path, PurePosixPath

from cursus.errors import FileError
from cursus.model.plan import CodeBundle

_MODE = 0o644


def make_bundle(entry_point: str, files: Mapping[str, Path]) -> CodeBundle:
    """The bundle of ``files`` (path inside the archive -> file on disk) started at ``entry_point``.

    :raises FileError: a path would leave the archive, a file is missing or not a regular file, or ``entry_point`` is
        not among them.
    """
    if entry_point not in files:
        raise FileError(
            f"The entry point '{entry_point}' is not among the files of its code bundle: {', '.join(sorted(files))}.",
            hint="Put the script into the step's scripts folder under exactly that name.",
        )
    ordered = {name: files[name] for name in sorted(files)}
    return CodeBundle(digest=bundle_digest(ordered), entry_point=entry_point, files=ordered)


def bundle_digest(files: Mapping[str, Path]) -> str:
    """SHA-256 (hex) of the normalised content of ``files``; the order of the mapping does not matter.

    :raises FileError: as :func:`make_bundle`.
    """
    digest = hashlib.sha256()
    for name in sorted(files):
        _add_to_digest(digest, _checked_name(name), read_regular(files[name]))
    return digest.hexdigest()


def write_archive(bundle: CodeBundle, target: Path) -> None:
    """Write ``bundle`` to ``target``, wholly or not at all.

    :raises FileError: a file cannot be read, or is no longer what it was when the bundle was made.
    """
    import tempfile  # here, since a plan needs digests only

    target.parent.mkdir(parents=True, exist_ok=True)
    handle, name = tempfile.mkstemp(prefix=f".{target.name}.", dir=target.parent)
    try:
        with os.fdopen(handle, "wb") as stream:
            _pack(bundle, stream)
            os.fchmod(stream.fileno(), _MODE)
            stream.flush()
            os.fsync(stream.fileno())
        Path(name).replace(target)
    except BaseException:
        Path(name).unlink(missing_ok=True)
        raise


def _pack(bundle: CodeBundle, stream: io.BufferedWriter) -> None:
    import gzip
    import tarfile

    digest = hashlib.sha256()
    with (
        gzip.GzipFile(filename="", mode="wb", fileobj=stream, compresslevel=9, mtime=0) as packed,
        tarfile.open(fileobj=packed, mode="w", format=tarfile.PAX_FORMAT) as archive,
    ):
        for name in sorted(bundle.files):
            content = read_regular(bundle.files[name])
            _add_to_digest(digest, _checked_name(name), content)
            member = tarfile.TarInfo(name)
            member.size = len(content)
            member.mode = _MODE
            archive.addfile(member, io.BytesIO(content))
    if digest.hexdigest() != bundle.digest:
        raise FileError(
            f"The code of '{bundle.entry_point}' changed while it was being packed: it no longer has the digest "
            f"{bundle.digest[:12]}… that the pipeline was compiled with.",
            hint="Compile the pipeline again.",
            file=bundle.files.get(bundle.entry_point),
        )


def _add_to_digest(digest: hashlib._Hash, name: str, content: bytes) -> None:
    encoded = name.encode()
    digest.update(f"{len(encoded)}:".encode() + encoded + f":{len(content)}:".encode())
    digest.update(content)


def _checked_name(name: str) -> str:
    path = PurePosixPath(name)
    if path.is_absolute() or ".." in path.parts or str(path) != name or name == "." or "\\" in name or "\0" in name:
        raise FileError(f"'{name}' is not a path inside a code bundle: it must be relative, plain and stay inside.")
    return name


def read_regular(path: Path) -> bytes:
    """The bytes of a file that takes part in a step.

    :raises FileError: it cannot be read, or is no regular file.
    """
    try:
        # A pipe without a writer would be waited for.
        with io.FileIO(os.open(path, os.O_RDONLY | os.O_NONBLOCK | os.O_CLOEXEC)) as file:
            if not stat.S_ISREG(os.fstat(file.fileno()).st_mode):
                raise FileError(f"{path} is not a regular file and cannot be packed.", file=path)
            return file.readall()
    except OSError as error:
        raise FileError(f"{path} cannot be packed: {error.strerror}.", file=path) from error
