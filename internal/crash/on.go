//go:build crashpoints

package crash

import (
	"fmt"
	"os"
	"sync"
)

const (
	// atVariable holds a seam's name, and after a # which time it is to be hit; the first where there is none.
	atVariable = "BLACKBIRDCTL_CRASH_AT"
	// logVariable holds the path of a file that each seam which is hit is appended to.
	logVariable = "BLACKBIRDCTL_CRASH_LOG"
)

var (
	mutex sync.Mutex
	hits  = make(map[string]int)
)

// Here is a seam.
func Here(name string) {
	mutex.Lock()
	defer mutex.Unlock()
	hits[name]++
	if path := os.Getenv(logVariable); path != "" {
		f, err := os.OpenFile(path, os.O_APPEND|os.O_CREATE|os.O_WRONLY, 0o600)
		check(err)
		_, err = fmt.Fprintln(f, name)
		check(err)
		check(f.Close())
	}
	if at := os.Getenv(atVariable); at == fmt.Sprintf("%s#%d", name, hits[name]) || at == name && hits[name] == 1 {
		self, err := os.FindProcess(os.Getpid())
		check(err)
		check(self.Kill())
		select {}
	}
}

func check(err error) {
	if err != nil {
		panic(err)
	}
}
