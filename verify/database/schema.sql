-- Schema 1. Paths are BLOBs: file names need not be UTF-8. Times and names follow docs/data-model.md.
CREATE TABLE video (
    video_id TEXT PRIMARY KEY,      -- SHA-256 of the bytes, hexadecimal
    facts TEXT NOT NULL             -- JSON of VideoFacts
) WITHOUT ROWID;

CREATE TABLE video_path (
    path BLOB PRIMARY KEY,          -- absolute
    video_id TEXT NOT NULL REFERENCES video (video_id) ON DELETE CASCADE,
    size_bytes INTEGER NOT NULL,    -- with mtime_ns: tells an unchanged file without opening it; never a date of anything
    mtime_ns INTEGER NOT NULL
) WITHOUT ROWID;
CREATE INDEX video_path_by_video ON video_path (video_id);
CREATE INDEX video_path_by_size ON video_path (size_bytes);

CREATE TABLE fingerprint (
    video_id TEXT PRIMARY KEY REFERENCES video (video_id) ON DELETE CASCADE,
    version TEXT NOT NULL,          -- algorithm and version of the frame hashes
    digest TEXT NOT NULL,           -- SHA-256 of all that is compared, hexadecimal: part of the state
    seconds TEXT NOT NULL,          -- exact, numerator/denominator
    time_base TEXT NOT NULL,        -- seconds per tick, numerator/denominator
    starts BLOB NOT NULL,           -- int64 ticks, little-endian
    ends BLOB NOT NULL,
    hashes BLOB NOT NULL,           -- 32 bytes a frame
    mirrored BLOB NOT NULL,         -- 32 bytes a frame
    codes BLOB NOT NULL             -- 1 byte a frame
);

CREATE TABLE failure (
    path BLOB PRIMARY KEY,
    size_bytes INTEGER NOT NULL,
    mtime_ns INTEGER NOT NULL,
    version TEXT NOT NULL,          -- fingerprint version that failed on it
    error_id TEXT NOT NULL,
    what TEXT NOT NULL,
    why TEXT NOT NULL,
    remedy TEXT NOT NULL
) WITHOUT ROWID;

CREATE TABLE sighting (
    video_id TEXT,                  -- given for this video; or
    csv BLOB,                       -- read from this sightings.csv
    path BLOB,                      --   for the video at this absolute path
    url TEXT,
    date TEXT,                      -- EDTF
    recorded_by TEXT,
    recorded_on TEXT,               -- EDTF
    archived_url TEXT,
    note TEXT,
    CHECK ((video_id IS NULL) = (csv IS NOT NULL AND path IS NOT NULL))
);
CREATE INDEX sighting_by_video ON sighting (video_id);
CREATE INDEX sighting_by_path ON sighting (path);
