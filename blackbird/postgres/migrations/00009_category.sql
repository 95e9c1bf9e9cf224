-- What kind of goods a product is; the next products pass fills it in.

-- +goose Up
ALTER TABLE products ADD COLUMN category text;
