// Package biotrack reads a BioTrack point-of-sale database: its customers, its tickets, and what it has for sale.
//
// It promises to be a gentle guest on a server that must keep selling: every session is read-only in each setting the
// server has, every statement is bounded by a timeout, and no transaction lives longer than one page or one snapshot of
// the shelves. It never writes, never asks for a transaction id, and runs on any PostgreSQL from 9.4 on.
//
// What leaves the package is decoded and trimmed: valid UTF-8 text, exact amounts, known flags. Whether a row may be
// taken, and what becomes of one that may not, is for the caller to say.
package biotrack
