-- Schema 6. What detection and segmentation trials say beyond their journals: runs/<trial>/<run>/evaluation.json, checked. In
-- `artefact` the picture of a sample is the SHA-256 of its file: the runs on a data set show the same pictures.

CREATE TABLE evaluations (
  run VARCHAR PRIMARY KEY,
  artefact JSON NOT NULL
);

CREATE TABLE sample_pictures (
  sha256 VARCHAR PRIMARY KEY,
  media_type VARCHAR NOT NULL,
  base64 VARCHAR NOT NULL
);
