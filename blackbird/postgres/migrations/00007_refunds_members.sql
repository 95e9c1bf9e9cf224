-- The location of the order that a refund is of, where BioTrack says so: it names the order by its transaction then.

-- +goose Up
ALTER TABLE orders ADD COLUMN refund_of_location bigint;
