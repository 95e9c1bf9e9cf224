// Package postgres keeps a Blackbird store in PostgreSQL 14 or newer, or in Citus.
//
// It promises what package blackbird does, to any number of hosts: a stream's lock is an advisory lock, and a killed
// process's session, which the server has not noticed yet, gives way to the next pass of the same installation.
package postgres
