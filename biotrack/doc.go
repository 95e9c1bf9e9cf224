// Package biotrack reads a BioTrack point-of-sale database: its customers, its tickets, and what it has for sale.
//
// It promises to be gentle to a server that must keep selling: every read is a read-only transaction, every statement
// is bounded by a timeout, and no transaction lives longer than one page of a table or one snapshot of the inventory.
// No setting outlives its transaction, so a pooler in session or transaction mode may be before the server. It never
// writes, never asks for a transaction id, and runs on any PostgreSQL from 9.4 on.
//
// What leaves the package is decoded and trimmed: valid UTF-8 text, exact amounts, known flags. Whether a row is
// accepted, and what becomes of one that is not, is for the caller to decide.
//
// A column of customers or tickets is added in two places: the field of Customer or Ticket, and one line of its method
// fields, from which the SELECT list, the check of the schema and the decoding follow. Which lots may be sold is
// decided in one place, sql/lot_unsellable.sql.
package biotrack
