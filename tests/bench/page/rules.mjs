// The check that the other parsers are given: required, address, role, team, lengths, duplicates in any letter case.
const ADDRESS =
  /^[a-zA-Z0-9.!#$%&'*+/=?^_`{|}~-]+@[a-zA-Z0-9](?:[a-zA-Z0-9-]{0,61}[a-zA-Z0-9])?(?:\.[a-zA-Z0-9](?:[a-zA-Z0-9-]{0,61}[a-zA-Z0-9])?)+$/;
const ROLES = new Set(["user", "admin"]);
const TEAMS = new Set(["everyone", "emea sales", "inside sales", "field & partners"]);

export function checker() {
  const seen = new Set();
  const problems = [];
  let rows = 0;
  return {
    row([email = "", first = "", last = "", role = "", team = ""]) {
      rows += 1;
      const key = email.trim().toLowerCase();
      if (!ADDRESS.test(key) || key.length > 254 || key.indexOf("@") > 64) problems.push([rows, 0, "address"]);
      else if (seen.has(key)) problems.push([rows, 0, "duplicate"]);
      else seen.add(key);
      if (first.length > 255 || last.length > 255) problems.push([rows, 1, "length"]);
      if (!ROLES.has(role.toLowerCase())) problems.push([rows, 3, "role"]);
      if (!TEAMS.has(team.toLowerCase())) problems.push([rows, 4, "team"]);
    },
    result: () => ({ rows, problems: problems.length }),
  };
}
