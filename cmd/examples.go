package cmd

import "fmt"

// The examples that the help shows: what to put into a crontab or a Kubernetes CronJob, and what helps when something
// is wrong.

// keyedExample is for customers and orders.
func keyedExample(stream string) string {
	return fmt.Sprintf(`  # crontab
  10 */3 * * *  blackbirdctl sync %[1]s

  # Kubernetes: a CronJob's container; its concurrencyPolicy should be Forbid
  args: [sync, %[1]s, --log-format, json, --pushgateway, "http://pushgateway:9091"]

  # a first pass during opening hours
  blackbirdctl sync %[1]s --max-rate 5000

  # support: what would a pass do, and what would a full one find
  blackbirdctl sync %[1]s --dry-run --output json
  blackbirdctl sync %[1]s --dry-run --full --log-level debug`, stream)
}

const productsExample = `  # crontab
  */5 * * * *  blackbirdctl sync products --member-level Non-Member --rooms 0,3

  # Kubernetes: a CronJob's container; its concurrencyPolicy should be Forbid
  args: [sync, products, --member-level, Non-Member, --log-format, json, --pushgateway, "http://pushgateway:9091"]

  # support: what would a pass do; then once, after a clearance sale, let as much leave the menu as it must
  blackbirdctl sync products --member-level Non-Member --dry-run
  blackbirdctl sync products --member-level Non-Member --max-removals 100%`

const pointsExample = `  # crontab
  40 */3 * * *  blackbirdctl points recompute --points-per-dollar 1 --starts 2026-01-01

  # Kubernetes: a CronJob's container; its concurrencyPolicy should be Forbid
  args: [points, recompute, --config, /etc/blackbirdctl/config.yaml, --log-format, json]

  # support: what would change if all orders were under today's rules
  blackbirdctl points recompute --full --dry-run`

const watermarkShowExample = `  # support: how far have the orders come
  blackbirdctl watermark show orders

  # Kubernetes: the same in a pod of the CronJob's image, with its state folder mounted
  args: [watermark, show, orders, --output, json]`

const watermarkResetExample = `  # support: the watermark is broken, or of another server that is the right one
  blackbirdctl watermark reset orders
  blackbirdctl sync orders`

const migrateExample = `  # Kubernetes: a Job before the CronJobs of a new version start
  args: [migrate]

  # support: may this role make the tables
  blackbirdctl migrate --dry-run`

const versionExample = `  # support: what to report
  blackbirdctl version
  blackbirdctl version --output json`
