package biotrack

import (
	"fmt"
	"testing"

	biotracktest "github.com/blackbirdctl/blackbirdctl/internal/test/biotracktest"
)

func TestIdentity(t *testing.T) {
	t.Parallel()
	s := emptyTill(t, biotracktest.Layout2015)
	id := must[State](t)(s.open().State(t.Context(), Former{})).Identity
	if id.Database != s.DatabaseName() {
		t.Errorf("database is %s", id.Database)
	}
	oid := s.Value("SELECT oid FROM pg_database WHERE datname = current_database()")
	if fmt.Sprint(id.DatabaseOID) != oid {
		t.Errorf("database has oid %d, want %s", id.DatabaseOID, oid)
	}
	if s.ServerVersion() < ControlFunctions {
		return
	}
	if want := s.Value("SELECT system_identifier FROM pg_control_system()"); id.SystemIdentifier != want {
		t.Errorf("system identifier is %q, want %s", id.SystemIdentifier, want)
	}
	if id.Timeline != 1 {
		t.Errorf("timeline is %d, want 1", id.Timeline)
	}
	other := must[State](t)(emptyTill(t, biotracktest.Layout2015).open().State(t.Context(), Former{})).Identity
	if other == id || other.SystemIdentifier != id.SystemIdentifier {
		t.Errorf("another database of the server is %+v, this one %+v", other, id)
	}
}

// TestIdentityWithoutGrant checks that a role which may not ask for the system identifier goes without.
func TestIdentityWithoutGrant(t *testing.T) {
	t.Parallel()
	s := emptyTill(t, biotracktest.Layout2015)
	if s.ServerVersion() < ControlFunctions {
		t.Skip("PostgreSQL before 9.6 has no pg_control_system to refuse; the servers of CI are newer")
	}
	cfg := s.Reader()
	identity := func() Identity { return must[State](t)(s.openWith(cfg).State(t.Context(), Former{})).Identity }
	if identity().SystemIdentifier == "" {
		t.Error("a role that may only read tables was not told the system identifier")
	}
	for _, function := range []string{"pg_control_checkpoint()", "pg_control_system()"} {
		s.Exec("REVOKE EXECUTE ON FUNCTION " + function + " FROM PUBLIC")
		id := identity()
		if id.SystemIdentifier != "" || id.Timeline != 0 || id.Database == "" || id.DatabaseOID == 0 {
			t.Errorf("identity is %+v", id)
		}
	}
}
