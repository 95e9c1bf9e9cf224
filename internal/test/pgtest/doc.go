// Package pgtest runs private, throw-away PostgreSQL servers for the tests and the demo.
//
// A server lives in a temporary folder of its own, listens on a unix socket there and on no network address, keeps
// nothing safe (fsync is off) and dies with the process that started it, even when that process is killed. So a test
// run needs no database set up by hand, disturbs none that is there, and two runs at once never meet.
//
// A test package asks for a server in its TestMain and for databases in its tests:
//
//	func TestMain(m *testing.M) { os.Exit(pgtest.Main(m)) }
//
//	func TestMerge(t *testing.T) {
//		url := pgtest.Database(t)
//		…
//	}
//
// Tests know two servers: the store's, which [Database] uses, and the point of sale's, which [SourceDatabase] uses.
// They are one and the same unless BLACKBIRDCTL_TEST_SOURCE_PG_URL names another, as it does when the test matrix runs
// the source on an older or newer major than the store. The command in the folder with starts both for the length of
// another command, so that all packages of one `go test` share them.
//
// [StartPooler] puts a private PgBouncer before either.
package pgtest
