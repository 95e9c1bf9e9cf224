//go:build crashpoints

package crash

import (
	"fmt"
	"os"
	"strconv"
	"strings"
	"sync"
)

const (
	// atVariable holds a seam's name, and after a # which time it is to be hit; the first where there is none.
	atVariable = "BLACKBIRDCTL_CRASH_AT"
	// logVariable holds the path of a file that each seam which is hit is appended to.
	logVariable = "BLACKBIRDCTL_CRASH_LOG"
)

var seams = struct {
	sync.Mutex
	hits map[string]int
}{hits: make(map[string]int)}

// Here is a seam.
func Here(name string) {
	seams.Lock()
	defer seams.Unlock()
	seams.hits[name]++
	if path := os.Getenv(logVariable); path != "" {
		list(path, name)
	}
	at, time, numbered := strings.Cut(os.Getenv(atVariable), "#")
	wanted := 1
	if numbered {
		wanted, _ = strconv.Atoi(time)
	}
	if at == name && seams.hits[name] == wanted {
		die()
	}
}

func list(path, name string) {
	f, err := os.OpenFile(path, os.O_APPEND|os.O_CREATE|os.O_WRONLY, 0o600)
	if err == nil {
		_, err = fmt.Fprintln(f, name)
	}
	if err == nil {
		err = f.Close()
	}
	if err != nil {
		panic(err)
	}
}

func die() {
	self, err := os.FindProcess(os.Getpid())
	if err == nil {
		err = self.Kill()
	}
	if err != nil {
		panic(err)
	}
	select {}
}
