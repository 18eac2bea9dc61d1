// A person who logs in, by HTTP: follows redirects, keeps cookies, and fills in the forms that the pages have.

const MAX_PAGES = 20;

const decoded = (text) =>
  text.replace(/&(amp|lt|gt|quot|#39|#x27);/g, (all, name) => ({ amp: '&', lt: '<', gt: '>', quot: '"' })[name] ?? "'");

function attributes(tag) {
  const found = {};
  for (const [, name, , value] of tag.matchAll(/([\w-]+)(=["']([^"']*)["'])?/g)) {
    found[name.toLowerCase()] ??= decoded(value ?? '');
  }
  return found;
}

/** The first form of a page: where it goes, and what its fields contain. */
function formOf(html) {
  const [, tag, body] = html.match(/<form\b([^>]*)>([\s\S]*?)<\/form>/i) ?? [];
  if (tag === undefined) {
    return undefined;
  }
  const fields = [...body.matchAll(/<(?:input|button)\b([^>]*)>/gi)].map(([, input]) => attributes(input));
  return { ...attributes(tag), fields: fields.filter((field) => field.name && field.type !== 'reset') };
}

/** Opens the page of a login, and goes on until a page has no more forms. Returns the text of that page. */
export async function logIn(page, { user, password = 'password', deny = false }) {
  const jar = new Map();
  let url = new URL(page);
  let request = {};
  for (let visited = 0; visited < MAX_PAGES; visited++) {
    const cookies = [...(jar.get(url.host) ?? [])].map(([name, value]) => `${name}=${value}`).join('; ');
    const response = await fetch(url, {
      redirect: 'manual',
      ...request,
      headers: { accept: 'text/html', cookie: cookies, ...request.headers },
    });
    for (const cookie of response.headers.getSetCookie()) {
      const [, name, value] = cookie.match(/^([^=]+)=([^;]*)/);
      jar.set(url.host, (jar.get(url.host) ?? new Map()).set(name, value));
    }
    const location = response.headers.get('location');
    if (location) {
      url = new URL(location, url);
      request = {};
      continue;
    }
    const html = await response.text();
    const cancel = html.match(/href="([^"]*\/abort)"/);
    const form = formOf(html);
    if (deny && cancel) {
      url = new URL(decoded(cancel[1]), url);
      request = {};
    } else if (form) {
      const filled = new URLSearchParams();
      for (const { name, type, value = '' } of form.fields) {
        if (['login', 'username'].includes(name)) {
          filled.append(name, user);
        } else if (type === 'password') {
          filled.append(name, password);
        } else if (type !== 'submit' && !(deny && type === 'checkbox')) {
          // what is asked for is ticked, unless the person says no
          filled.append(name, value);
        }
      }
      url = new URL(form.action || url, url);
      request = { method: 'POST', body: filled };
    } else {
      return { status: response.status, html };
    }
  }
  throw new Error(`no end after ${MAX_PAGES} pages: ${url.origin}${url.pathname}`);
}
