-- The location of the order that a refund is of, where BioTrack says so: it names the order by its transaction then. And
-- since when a customer is one, as BioTrack says; the next passes read both.

-- +goose Up
ALTER TABLE orders ADD COLUMN refund_of_location bigint;
ALTER TABLE customers ADD COLUMN member_since timestamptz;
