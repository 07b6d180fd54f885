-- Schema 2: local features. Fingerprints stored before have none, and are of an older version.
ALTER TABLE fingerprint ADD COLUMN feature_width_px INTEGER NOT NULL DEFAULT 1;
ALTER TABLE fingerprint ADD COLUMN feature_height_px INTEGER NOT NULL DEFAULT 1;
ALTER TABLE fingerprint ADD COLUMN feature_ticks BLOB NOT NULL DEFAULT x'';    -- int64 ticks, little-endian
ALTER TABLE fingerprint ADD COLUMN feature_counts BLOB NOT NULL DEFAULT x'';   -- uint16 a frame, little-endian
ALTER TABLE fingerprint ADD COLUMN features BLOB NOT NULL DEFAULT x'';         -- 20 bytes each
