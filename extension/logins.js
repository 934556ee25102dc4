// Firefox: names and passwords that HTTP itself keeps, forgotten by a request of the page's own.

/**
 * Makes Firefox forget the name and password for an origin that the tab shows. It keeps them through every deletion that
 * an extension can ask for; wrong ones in a request replace them, and the server's refusal of those makes it forget.
 * An XMLHttpRequest that was given some brings up no prompt, and one of the page has its container and its partition.
 * @returns {Promise<boolean>} whether the server refused them
 */
export async function forgetInPage(tabId, origin) {
  const [{ result }] = await browser.scripting.executeScript({ target: { tabId }, func: sendWrong, args: [origin] });
  return result === true;
}

function sendWrong(origin) {
  if (location.origin !== origin) return false;
  return new Promise((resolve) => {
    const request = new XMLHttpRequest();
    request.open("GET", location.href, true, "x", "x");
    request.onloadend = () => resolve(request.status === 401);
    request.send();
  });
}
