package biotrack

import (
	"fmt"
	"testing"

	biotracktest "github.com/blackbirdctl/blackbirdctl/internal/test/biotracktest"
)

func TestIdentity(t *testing.T) {
	t.Parallel()
	s := emptyTill(t, biotracktest.Layout2015)
	id := must[Identity](t)(s.open().Identity(t.Context()))
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
	other := must[Identity](t)(emptyTill(t, biotracktest.Layout2015).open().Identity(t.Context()))
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
	source := s.openWith(cfg)
	if id := must[Identity](t)(source.Identity(t.Context())); id.SystemIdentifier == "" {
		t.Error("a role that may only read tables was not told the system identifier")
	}
	for _, function := range []string{"pg_control_checkpoint()", "pg_control_system()"} {
		s.Exec("REVOKE EXECUTE ON FUNCTION " + function + " FROM PUBLIC")
		id := must[Identity](t)(source.Identity(t.Context()))
		if id.SystemIdentifier != "" || id.Timeline != 0 || id.Database == "" || id.DatabaseOID == 0 {
			t.Errorf("identity is %+v", id)
		}
	}
}
