// Package pgconnect turns a database URL into what the packages of the source and the store connect with: a driver
// configuration whose TLS files are known to be usable, and a dialer whose connections cannot hang.
//
// It promises that none of its errors holds the URL, which may hold a password, and that a file which the URL names and
// which cannot be used is an error: the driver ignores some of them, and would connect without the check that was asked
// for.
package pgconnect
