// Package blackbird keeps a Blackbird store: customers, orders, the online menu, and the ledger of loyalty points.
//
// It promises that a merge is all or nothing and, repeated, changes nothing: a row is written only where its content differs, and
// whatever follows from it, such as an order's refunded total or a customer's balance, is written in the same transaction. One
// session at a time writes a stream of a store; a session that lost its place is refused at its next merge. Nothing is ever
// deleted from the store but the record of a reject that has been mended.
//
// The store is PostgreSQL 14 or newer, or an embedded SQLite file. What is promised of one holds of the other; they differ in how rows
// are loaded in bulk and how a lock is held, and nowhere else.
package blackbird
