// Package shop is the fixture of all tests, and of the tools: a [Till], which is a BioTrack database on a private
// server; a [Store], which is a Blackbird database on each engine that there is; and a [Shop], which is both with a
// state folder, for tests that run the built program.
//
// It knows the product by its tables and its command line only, and imports none of its packages. So the tests of every
// package can use it. What it reads, it reads by SQL, as the websites do that the store is for.
package shop
