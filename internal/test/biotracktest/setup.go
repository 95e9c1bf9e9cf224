package biotracktest

import "time"

// The ids of rooms, as the set-up of a store names them.
const (
	RoomBulk        = 0 // in no table
	RoomVault       = 1
	RoomSalesFloor  = 2
	RoomCounter     = 3
	RoomQuarantine  = 4 // its stock is not for sale
	RoomOldSafe     = 5 // deleted
	RoomHarbourShop = 6 // of the second location
)

// The ids of member levels. Level 0, which has no row, has the prices of level 1.
const (
	LevelNonMember = 1
	LevelGold      = 2
	LevelMedical   = 3
)

// How long ago the shop was set up, so that its first rows are older than any ticket.
const sinceSetup = 5 * 365 * 24 * time.Hour

// setupTables lists what a shop is set up with once; none of it depends on the seed.
func (g *generator) setupTables() []table {
	made := g.Now.Add(-sinceSetup)
	fixed := func(name string, columns []string, lines [][]string) table {
		return table{name, append([]string{"id"}, columns...), len(lines), func(r *row, i int) {
			r.int(int64(i + 1))
			for _, field := range lines[i] {
				r.raw(field)
			}
			g.end(r, made, int64(i+1))
		}, nil}
	}
	return []table{
		fixed("locations", []string{"name", "address1", "city", "state", "zip", "phone", "licensenum", "deleted"},
			[][]string{
				{"Main Street", "1 Example Street", "Sampleton", "NY", "10999", "212-555-0100", "X-0001", "0"},
				{"Harbour", "2 Example Quay", "Sampleton", "NY", "10999", "212-555-0101", "X-0002", "0"},
				{"Old Mill", "3 Example Lane", "Sampleton", "NY", "10999", "212-555-0102", "X-0003", "1"},
			}),
		fixed("orgdata", []string{"orgname", "orgid"}, [][]string{{"Blackbird Example Dispensary", "4711"}}),
		fixed("inventoryrooms", []string{"roomname", "location", "deleted", "quarantine"}, [][]string{
			{"Vault", "1", "0", "0"}, {"Sales Floor", "1", "0", "0"}, {"Front Counter", "1", `\N`, `\N`},
			{"Quarantine", "1", "0", "1"}, {"Old Safe", "1", "1", "0"}, {"Harbour Shop", "2", "0", "0"},
		}),
		fixed("memberdiscount", []string{"membername", "rate", "enabled", "location", "deleted", "caregiver"},
			[][]string{
				{"Non-Member", "0", "1", "1", "0", "0"}, {"Gold", "10", "1", "1", "0", "0"},
				{"Medical", "15", "1", "1", `\N`, "0"},
				{"Staff", "30", "1", "1", "0", "0"}, {"Old Friends", "5", "0", "1", "0", "0"},
				{"Summer 2019", "20", "1", "1", "1", "0"},
				{"Caregiver", "0", "1", "1", "0", "1"},
			}),
	}
}
