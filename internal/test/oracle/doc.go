// Package oracle is the independent judge that the tests of blackbirdctl compare against.
//
// It reads a whole BioTrack database into memory (Read), works out in the plainest way what every table of a store must
// hold (Expect), reads a store whole (ReadStore) and lists every difference (Diff, Check). It shares no code with the
// packages under test: a rule that they get wrong is not wrong here for the same reason. It promises to be right before
// being fast; it is for databases that fit in memory.
//
// Books work out the points of a whole history: what orders, enrollments and expiries hold, and balances. They follow
// from the orders as they stand, from what a person gave or took, and from the versions of the loyalty program.
//
// Three more checks need the store alone: Ledger (the points ledger and its balances agree with the orders), Passes
// (the activity log is sane) and Stamps (a row's pass and time moved exactly when its content did).
package oracle
