// Package sqlite keeps a Blackbird store in an SQLite file in the state folder, for a shop without a server of its own.
//
// It promises what package blackbird does. A store has one host and one writer at a time: the stream's lock file,
// beside the database, keeps other passes out, so that the database needs no locks of its own.
package sqlite
