// Package biotracktest makes believable BioTrack databases for the tests and the demo: empty ones in two layouts,
// filled ones, and days of trading on top of them.
//
// Everything follows from a seed: the same seed and options give the same rows, byte for byte, on every machine, and
// the same trading days after them. All people, products, addresses and amounts are invented; the names come from the
// lists of [FirstNames] and [LastNames], which occur nowhere else, so that a test can look for them where they must not
// be.
//
// What is known of the real databases is odd more often than not, and so are these: refunds in both spellings, two
// tickets of one id, flags that are NULL, padded ids, bytes that are not UTF-8 in databases that claim no encoding.
// Every kind of oddity is among the first two hundred rows of its table, so that small databases have them all. Rows
// that a reader must refuse are left out unless asked for.
package biotracktest
