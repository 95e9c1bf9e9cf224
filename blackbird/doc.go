// Package blackbird keeps a Blackbird store: customers, orders, the online menu, and the ledger of loyalty points.
//
// It promises that a merge is all or nothing and, repeated, changes nothing: a row is written only where its content
// differs, and whatever follows from it, such as an order's refunded total or a customer's balance, is written in the
// same transaction. One session at a time writes a stream of a store; a session that lost its lock is refused at its
// next merge. Nothing is ever deleted from the store but the record of a reject that has been resolved.
//
// Store opens a Session, which takes the lock of a stream. The session begins a Pass. The pass makes a Batch and merges
// it. What commands show is read from the Store itself.
//
// The database is an Engine: packages postgres and sqlite have one each, with its own SQL, and package storetest the
// tests that both pass. What all engines share is here. Statements are files in the folder sql, which are templates.
// Those that compare and write the rows of customers and orders are derived from the description of the table in
// table.go: to add a column, add it there, to the row type, to the method that adds the row to a batch, and to the
// migrations.
package blackbird
