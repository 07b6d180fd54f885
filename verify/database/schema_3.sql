-- Schema 3: brightness of blocks; times are packed by zlib; the mirrored hashes, which only a query needs, are not kept.
-- Fingerprints stored before are of an older version, which is never compared: they are emptied.
ALTER TABLE fingerprint DROP COLUMN mirrored;
ALTER TABLE fingerprint ADD COLUMN block_columns INTEGER NOT NULL DEFAULT 1;
ALTER TABLE fingerprint ADD COLUMN block_rows INTEGER NOT NULL DEFAULT 1;
ALTER TABLE fingerprint ADD COLUMN block_ticks BLOB NOT NULL DEFAULT x'789c030000000001';    -- int64 ticks, zlib
ALTER TABLE fingerprint ADD COLUMN block_changes BLOB NOT NULL DEFAULT x'789c030000000001';  -- 1 byte a block, zlib
UPDATE fingerprint SET
    starts = x'789c030000000001', ends = x'789c030000000001', hashes = x'', codes = x'',
    feature_ticks = x'789c030000000001', feature_counts = x'789c030000000001', features = x'',
    sound_step = NULL, sound_span = NULL, sound = NULL;
