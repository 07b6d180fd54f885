-- Schema 2: local features and sound. Fingerprints stored before have none, and are of an older version.
ALTER TABLE fingerprint ADD COLUMN feature_width_px INTEGER NOT NULL DEFAULT 1;
ALTER TABLE fingerprint ADD COLUMN feature_height_px INTEGER NOT NULL DEFAULT 1;
ALTER TABLE fingerprint ADD COLUMN feature_ticks BLOB NOT NULL DEFAULT x'';    -- int64 ticks, little-endian
ALTER TABLE fingerprint ADD COLUMN feature_counts BLOB NOT NULL DEFAULT x'';   -- uint16 a frame, little-endian
ALTER TABLE fingerprint ADD COLUMN features BLOB NOT NULL DEFAULT x'';         -- 20 bytes each
ALTER TABLE fingerprint ADD COLUMN sound_step TEXT;   -- seconds from item to item, numerator/denominator; no sound: NULL
ALTER TABLE fingerprint ADD COLUMN sound_span TEXT;   -- seconds that an item stands for, numerator/denominator
ALTER TABLE fingerprint ADD COLUMN sound BLOB;        -- uint32 an item, little-endian
