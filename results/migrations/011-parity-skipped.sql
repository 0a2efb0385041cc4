-- Schema 11. A case of `redistill verify` may have nothing to compare with, where the official code has no finite number; `note`
-- says why. It is neither passed nor failed.

ALTER TABLE parity_cases ADD COLUMN skipped BOOLEAN DEFAULT false;
