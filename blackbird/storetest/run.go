package storetest

import (
	"context"
	"testing"

	"github.com/blackbirdctl/blackbirdctl/blackbird"
	"github.com/blackbirdctl/blackbirdctl/internal/test/shop"
)

// Database is an empty database of an engine.
type Database struct {
	// Open opens it as another process would, for the store of an id.
	Open func(ctx context.Context, storeID string) (*blackbird.Store, error)
	// Store reads and changes it behind the engine's back.
	Store *shop.Store
}

// Run runs all tests, each in a database of its own.
func Run(t *testing.T, open func(t *testing.T) *Database) {
	t.Helper()
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			h := &fixture{TB: t, Database: open(t)}
			h.Store.ID = storeID
			if !tt.unmigrated {
				h.migrate()
			}
			tt.run(t, h)
		})
	}
}

var tests = []struct {
	name string
	run  func(*testing.T, *fixture)
	// unmigrated says that the test begins before any table exists.
	unmigrated bool
}{
	{name: "Migrate", run: testMigrate, unmigrated: true},
	{name: "MigrateAtOnce", run: testMigrateAtOnce, unmigrated: true},
	{name: "AsOf", run: testAsOf},
	{name: "NoFloats", run: testNoFloats},
	{name: "MergeCustomers", run: testMergeCustomers},
	{name: "EachColumnCounts", run: testEachColumnCounts},
	{name: "AwkwardText", run: testAwkwardText},
	{name: "BatchRefusesSecondRow", run: testBatchRefusesSecondRow},
	{name: "BatchOfManySizes", run: testBatchOfManySizes},
	{name: "CustomersOutOfScope", run: testCustomersOutOfScope},
	{name: "MergeOrders", run: testMergeOrders},
	{name: "EachOrderColumnCounts", run: testEachOrderColumnCounts},
	{name: "HigherSerialCounts", run: testHigherSerialCounts},
	{name: "HigherSerialCountsInABatch", run: testHigherSerialCountsInABatch},
	{name: "UnchangedOrderKeepsItsRefunds", run: testUnchangedOrderKeepsItsRefunds},
	{name: "OrdersOutOfScope", run: testOrdersOutOfScope},
	{name: "OrdersOfTwoLocations", run: testOrdersOfTwoLocations},
	{name: "MergeContacts", run: testMergeContacts},
	{name: "Forget", run: testForget},
	{name: "Export", run: testExport},
	{name: "MergeLines", run: testMergeLines},
	{name: "Preview", run: testPreview},
	{name: "StagedLines", run: testStagedLines},
	{name: "CheckBalances", run: testCheckBalances},
	{name: "UnknownOrders", run: testUnknownOrders},
	{name: "NoDoubleAward", run: testNoDoubleAward},
	{name: "SettledPass", run: testSettledPass},
	{name: "SettledPassOfNothing", run: testSettledPassOfNothing},
	{name: "StageDue", run: testStageDue},
	{name: "LedgerPage", run: testLedgerPage},
	{name: "DueOrdersThatMove", run: testDueOrdersThatMove},
	{name: "StageNamed", run: testStageNamed},
	{name: "PassIDs", run: testPassIDs},
	{name: "PassIsLogged", run: testPassIsLogged},
	{name: "PassIsAbandoned", run: testPassIsAbandoned},
	{name: "PassIsSuperseded", run: testPassIsSuperseded},
	{name: "Holds", run: testHolds},
	{name: "ProductsRoundTrip", run: testProductsRoundTrip},
	{name: "PriceBreaksAsStored", run: testPriceBreaksAsStored},
	{name: "MergeProducts", run: testMergeProducts},
	{name: "ProductsByTheThousand", run: testProductsByTheThousand},
	{name: "Rejects", run: testRejects},
	{name: "RejectTwiceInABatch", run: testRejectTwiceInABatch},
	{name: "RejectsByTheThousand", run: testRejectsByTheThousand},
	{name: "RejectKeepsTheRow", run: testRejectKeepsTheRow},
	{name: "RemoveCustomers", run: testRemoveCustomers},
	{name: "RemoveOrders", run: testRemoveOrders},
	{name: "RemoveRefundsByTheThousand", run: testRemoveRefundsByTheThousand},
	{name: "RemovalsNeedKeys", run: testRemovalsNeedKeys},
	{name: "LastDone", run: testLastDone},
	{name: "Prune", run: testPrune},
	{name: "Refunds", run: testRefunds},
	{name: "RemovedRefund", run: testRemovedRefund},
	{name: "OrdersAgainstModel", run: testOrdersAgainstModel},
	{name: "RejectsPage", run: testRejectsPage},
	{name: "Menu", run: testMenu},
	{name: "Account", run: testAccount},
	{name: "AccountOfAnotherStore", run: testAccountOfAnotherStore},
	{name: "BalanceEvents", run: testBalanceEvents},
	{name: "Activity", run: testActivity},
	{name: "DueCustomers", run: testDueCustomers},
	{name: "Programs", run: testPrograms},
	{name: "ReadRefunds", run: testReadRefunds},
	{name: "EnrollmentCandidates", run: testEnrollmentCandidates},
	{name: "Histories", run: testHistories},
	{name: "HistoryOfNamedRows", run: testHistoryOfNamedRows},
	{name: "HistoryTellsAll", run: testHistoryTellsAll},
	{name: "Contents", run: testContents},
	{name: "Locked", run: testLocked},
	{name: "ReadingDuringMerge", run: testReadingDuringMerge},
	{name: "LedgerDuringMerges", run: testLedgerDuringMerges},
	{name: "CustomersDuringMerges", run: testCustomersDuringMerges},
	{name: "AccountDuringMerges", run: testAccountDuringMerges},
	{name: "DryRun", run: testDryRun},
	{name: "DryRunCounts", run: testDryRunCounts},
	{name: "StoresAreApart", run: testStoresAreApart},
	{name: "Copy", run: testCopy},
	{name: "CopyRefused", run: testCopyRefused},
	{name: "Sources", run: testSources},
	{name: "NewerSchema", run: testNewerSchema},
	{name: "KeysStartWithStore", run: testKeysStartWithStore},
	{name: "IndexesComeBack", run: testIndexesComeBack},
	{name: "IndexesOfAnEndedFirstPass", run: testIndexesOfAnEndedFirstPass},
	{name: "CompareSendsNothing", run: testCompareSendsNothing},
	{name: "Canceled", run: testCanceled},
	{name: "FailWithoutConnection", run: testFailWithoutConnection},
}
