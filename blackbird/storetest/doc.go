// Package storetest is the suite of tests that every engine of package blackbird must pass: what the store promises, it
// promises on each.
//
// An engine's own tests call Run with a function that makes an empty database.
package storetest
