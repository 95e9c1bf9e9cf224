package blackbird

import "testing"

func TestLockKeys(t *testing.T) {
	seen := make(map[int64]string)
	for _, store := range []string{"", "a", "a\x00orders", "orders", "b"} {
		for _, stream := range []string{"customers", "orders", "products", "points"} {
			n := LockKey(store, stream)
			if other, taken := seen[n]; taken {
				t.Errorf("%q %s has the key of %s", store, stream, other)
			}
			seen[n] = store + " " + stream
		}
	}
}
