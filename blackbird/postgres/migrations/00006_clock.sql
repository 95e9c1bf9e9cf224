-- What the till's clock said when the last pass over orders that succeeded began: points know no other present.

-- +goose Up
ALTER TABLE sources ADD COLUMN clock timestamptz;
