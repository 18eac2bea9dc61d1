// Spring Authorization Server, which is part of Spring Security. It gives no refresh tokens to public clients, and says
// that its clients have to authenticate: the client registers itself with a secret.
import { after } from 'node:test';
import { shared, springServer } from './harness.js';
import { loginScenarios } from './scenarios.js';

const start = shared(springServer);
after(start.close);

loginScenarios({ name: 'Spring', start });
